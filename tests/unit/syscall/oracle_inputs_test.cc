/// The table against the kernel: how many bytes calls read.
///
/// The argument lies right below a page that nobody may touch. With as many bytes as the table says
/// the call must not fail with EFAULT; one byte less, and it must. (A table that says too much
/// would compare bytes that are none of the call's business; one that says too little misses a
/// divergence.)
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <functional>
#include <ostream>
#include <vector>

#include "weft/syscall/extent.h"
#include "weft/syscall/table.h"

namespace weft::syscall {
namespace {

using Args = std::array<uint64_t, 6>;

struct InputCase {
  const char* name;
  uint16_t number;
  int arg;                       ///< the one that is tried
  std::vector<uint8_t> content;  ///< what it points to
  std::function<Args()> args;    ///< the others
};
void PrintTo(const InputCase& test, std::ostream* out) {
  *out << test.name;
}

template <class T>
std::vector<uint8_t> bytes_of(const T& value) {
  const auto* first = reinterpret_cast<const uint8_t*>(&value);
  return {first, first + sizeof value};
}
uint64_t value(long number) {
  return static_cast<uint64_t>(number);
}

/// The end of readable memory; what follows is a hole.
uint8_t* edge() {
  static auto* const page = static_cast<uint8_t*>(
      mmap(nullptr, 2 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  mprotect(page + 4096, 4096, PROT_NONE);
  return page + 4096;
}

/// Makes the call with the first `bytes` of the content readable, returns 0 or its errno.
int call_with(const InputCase& test, size_t bytes) {
  uint8_t* const at = edge() - bytes;
  std::memcpy(at, test.content.data(), std::min(bytes, test.content.size()));
  Args args = test.args();
  args[static_cast<size_t>(test.arg)] = reinterpret_cast<uint64_t>(at);
  const long result = ::syscall(test.number, args[0], args[1], args[2], args[3], args[4], args[5]);
  return result == -1 ? errno : 0;
}

size_t said(const InputCase& test) {
  const Args args = test.args();
  uint64_t raw[6];
  std::copy(args.begin(), args.end(), raw);
  const Variant* variant = find_variant(test.number, raw);
  const Arg& spec = (variant != nullptr ? variant->args : find(test.number)->args)[test.arg];
  return static_cast<size_t>(input_bytes(spec, raw));
}

uint64_t pipe_end(int which) {
  static const std::array<int, 2> ends = [] {
    std::array<int, 2> made{};
    EXPECT_EQ(pipe2(made.data(), O_CLOEXEC | O_NONBLOCK), 0);
    return made;
  }();
  return value(ends[static_cast<size_t>(which)]);
}
uint64_t epoll() {
  static const int fd = epoll_create1(EPOLL_CLOEXEC);
  epoll_event event = {};
  ::syscall(SYS_epoll_ctl, fd, EPOLL_CTL_ADD, pipe_end(0), &event);
  return value(fd);
}
uint64_t datagram_socket() {
  return value(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}
uint64_t a_file() {
  static const int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  return value(fd);
}
sockaddr_in loopback() {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}
timespec short_time() {
  return {0, 1000};
}
itimerspec no_timer() {
  return {};
}
uint64_t word_in_memory() {
  static int word = 1;
  return reinterpret_cast<uint64_t>(&word);
}
uint64_t timerfd() {
  return value(::syscall(SYS_timerfd_create, CLOCK_MONOTONIC, O_CLOEXEC));
}
uint64_t timer() {
  int id = -1;
  sigevent event = {};
  event.sigev_notify = SIGEV_NONE;
  ::syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id);
  return value(id);
}
uint64_t timer_id_out() {
  static int id;
  return reinterpret_cast<uint64_t>(&id);
}
sigevent no_event() {
  sigevent event = {};
  event.sigev_notify = SIGEV_NONE;
  return event;
}
rlimit core_limit() {
  rlimit limit;
  getrlimit(RLIMIT_CORE, &limit);
  return limit;
}
struct flock read_lock() {
  struct flock lock = {};
  lock.l_type = F_RDLCK;
  return lock;
}

const InputCase kInputs[] = {
    {"nanosleep", SYS_nanosleep, 0, bytes_of(short_time()), [] { return Args{}; }},
    {"clock_nanosleep", SYS_clock_nanosleep, 2, bytes_of(short_time()), [] { return Args{1}; }},
    {"futex_wait_timeout", SYS_futex, 3, bytes_of(short_time()),
     [] { return Args{word_in_memory(), FUTEX_WAIT_PRIVATE, 1}; }},
    {"poll", SYS_poll, 0, bytes_of(std::array<pollfd, 2>{{{-1, 0, 0}, {-1, 0, 0}}}),
     [] { return Args{0, 2, 0}; }},
    {"ppoll_timeout", SYS_ppoll, 2, bytes_of(short_time()), [] { return Args{0, 0, 0, 0, 8}; }},
    {"ppoll_mask", SYS_ppoll, 3, bytes_of(uint64_t{0}),
     [] {
       static timespec none;
       none = {0, 0};
       return Args{0, 0, reinterpret_cast<uint64_t>(&none), 0, 8};
     }},
    {"select_timeout", SYS_select, 4, bytes_of(timeval{0, 1000}), [] { return Args{}; }},
    {"select_set", SYS_select, 1, std::vector<uint8_t>(16, 0),
     [] {
       // The kernel looks at no more descriptors than the table has room for: 64, until a higher one
       // was opened (fs/select.c, core_sys_select).
       static const int above_64 = fcntl(static_cast<int>(pipe_end(0)), F_DUPFD_CLOEXEC, 65);
       EXPECT_GE(above_64, 65);
       static timeval none;
       none = {0, 0};
       return Args{65, 0, 0, 0, reinterpret_cast<uint64_t>(&none)};
     }},
    {"epoll_ctl", SYS_epoll_ctl, 3, bytes_of(epoll_event{EPOLLIN, {.u64 = 1}}),
     [] { return Args{epoll(), EPOLL_CTL_MOD, pipe_end(0)}; }},
    {"epoll_pwait_mask", SYS_epoll_pwait, 4, bytes_of(uint64_t{0}),
     [] {
       static epoll_event event;
       return Args{epoll(), reinterpret_cast<uint64_t>(&event), 1, 0, 0, 8};
     }},
    {"epoll_pwait2_timeout", 441, 3, bytes_of(short_time()),
     [] {
       static epoll_event event;
       return Args{epoll(), reinterpret_cast<uint64_t>(&event), 1, 0, 0, 8};
     }},
    {"timerfd_settime", SYS_timerfd_settime, 2, bytes_of(no_timer()),
     [] { return Args{timerfd(), 0}; }},
    {"timer_settime", SYS_timer_settime, 2, bytes_of(no_timer()), [] { return Args{timer(), 0}; }},
    {"timer_create", SYS_timer_create, 1, bytes_of(no_event()),
     [] { return Args{CLOCK_MONOTONIC, 0, timer_id_out()}; }},
    {"setitimer", SYS_setitimer, 1, bytes_of(itimerval{}), [] { return Args{ITIMER_PROF}; }},
    {"write", SYS_write, 1, std::vector<uint8_t>(10, 'x'), [] { return Args{pipe_end(1), 0, 10}; }},
    {"writev", SYS_writev, 1, bytes_of(std::array<iovec, 2>{}),
     [] { return Args{pipe_end(1), 0, 2}; }},
    {"bind", SYS_bind, 1, bytes_of(loopback()), [] { return Args{datagram_socket(), 0, 16}; }},
    {"connect", SYS_connect, 1, bytes_of(loopback()),
     [] { return Args{datagram_socket(), 0, 16}; }},
    {"sendmsg", SYS_sendmsg, 1, std::vector<uint8_t>(56, 0),
     [] { return Args{datagram_socket()}; }},
    {"rt_sigprocmask", SYS_rt_sigprocmask, 1, bytes_of(uint64_t{0}),
     [] { return Args{SIG_BLOCK, 0, 0, 8}; }},
    {"rt_sigaction", SYS_rt_sigaction, 1, std::vector<uint8_t>(32, 0),
     [] { return Args{SIGUSR2, 0, 0, 8}; }},
    {"rt_sigtimedwait", SYS_rt_sigtimedwait, 0, bytes_of(uint64_t{1} << 40),
     [] {
       static timespec none;
       none = {0, 0};
       return Args{0, 0, reinterpret_cast<uint64_t>(&none), 8};
     }},
    {"signalfd4", SYS_signalfd4, 1, bytes_of(uint64_t{0}),
     [] { return Args{value(-1), 0, 8, O_CLOEXEC}; }},
    {"setrlimit", SYS_setrlimit, 1, bytes_of(core_limit()), [] { return Args{RLIMIT_CORE}; }},
    {"prlimit64", SYS_prlimit64, 2, bytes_of(core_limit()), [] { return Args{0, RLIMIT_CORE}; }},
    {"utimensat", SYS_utimensat, 2, bytes_of(std::array<timespec, 2>{}),
     [] { return Args{a_file(), 0, 0, 0}; }},
    {"F_SETLK", SYS_fcntl, 2, bytes_of(read_lock()), [] { return Args{a_file(), F_SETLK}; }},
    {"F_SETOWN_EX", SYS_fcntl, 2, bytes_of(std::array<int, 2>{F_OWNER_PID, 0}),
     [] { return Args{a_file(), F_SETOWN_EX}; }},
    {"FIONBIO", SYS_ioctl, 2, bytes_of(1), [] { return Args{pipe_end(0), FIONBIO}; }},
    {"sendfile_offset", SYS_sendfile, 2, bytes_of(long{0}),
     [] { return Args{a_file(), a_file(), 0, 1}; }},
    {"semop", SYS_semop, 1, std::vector<uint8_t>(12, 0), [] { return Args{value(-1), 0, 2}; }},
    {"sched_setscheduler", SYS_sched_setscheduler, 2, bytes_of(0),
     [] { return Args{0, SCHED_OTHER}; }},
    {"capget_header", SYS_capget, 0, bytes_of(std::array<uint32_t, 2>{0x20080522, 0}),
     [] {
       static uint32_t data[6];
       return Args{0, reinterpret_cast<uint64_t>(data)};
     }},
};

class InputOracle : public testing::TestWithParam<InputCase> {};

TEST_P(InputOracle, ReadsWhatTheTableSays) {
  const InputCase& test = GetParam();
  const size_t bytes = said(test);
  ASSERT_EQ(bytes, test.content.size());
  EXPECT_NE(call_with(test, bytes), EFAULT) << "reads more than the table says";
  EXPECT_EQ(call_with(test, bytes - 1), EFAULT) << "reads less than the table says";
}

INSTANTIATE_TEST_SUITE_P(All, InputOracle, testing::ValuesIn(kInputs),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace weft::syscall
