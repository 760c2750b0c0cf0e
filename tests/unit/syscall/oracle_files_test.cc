/// The table against the kernel: calls on files, paths, pipes and event descriptors.
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/xattr.h>
#include <termios.h>

#include <csignal>
#include <cstdlib>
#include <ctime>

#include "tests/unit/syscall/oracle.h"

namespace weft::syscall::oracle {
namespace {

uint64_t descriptor(long fd) {
  return static_cast<uint64_t>(fd);
}
constexpr uint64_t kHere = static_cast<uint64_t>(AT_FDCWD);

/// A directory of the test's own, with one file of 5,000 bytes and a link; removed at the end.
class Place {
 public:
  Place() {
    char name[] = "/tmp/weft-oracle-XXXXXX";
    path = mkdtemp(name);
    file = path + "/file";
    link = path + "/link";
    other = path + "/other";
    const int fd = open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    const std::string content(5000, 'x');
    EXPECT_EQ(write(fd, content.data(), content.size()), 5000);
    close(fd);
    EXPECT_EQ(symlink("a target", link.c_str()), 0);
    setxattr(file.c_str(), "user.weft", "a value", 7, 0);
  }
  ~Place() {
    unlink(file.c_str());
    unlink(link.c_str());
    unlink(other.c_str());
    rmdir(path.c_str());
  }
  std::string path, file, link, other;
};

const Place& place() {
  static const Place instance;
  return instance;
}

uint64_t open_file() {
  static const int fd = open(place().file.c_str(), O_RDWR | O_CLOEXEC);
  EXPECT_EQ(lseek(fd, 0, SEEK_SET), 0);
  return descriptor(fd);
}
uint64_t open_other() {
  static const int fd = open(place().other.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  return descriptor(fd);
}
uint64_t open_directory() {
  static const int fd = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  EXPECT_EQ(lseek(fd, 0, SEEK_SET), 0);
  return descriptor(fd);
}
/// The read end of a pipe that holds ten bytes (no more: it is emptied first).
std::array<int, 2>& full_pipe() {
  static std::array<int, 2> ends = [] {
    std::array<int, 2> made{};
    EXPECT_EQ(pipe2(made.data(), O_CLOEXEC | O_NONBLOCK), 0);
    return made;
  }();
  char drain[64];
  while (read(ends[0], drain, sizeof drain) > 0) {
  }
  EXPECT_EQ(write(ends[1], "0123456789", 10), 10);
  return ends;
}
std::array<int, 2>& empty_pipe() {
  static std::array<int, 2> ends = [] {
    std::array<int, 2> made{};
    EXPECT_EQ(pipe2(made.data(), O_CLOEXEC | O_NONBLOCK), 0);
    return made;
  }();
  char drain[64];
  while (read(ends[0], drain, sizeof drain) > 0) {
  }
  return ends;
}
uint64_t terminal() {
  static const int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  return descriptor(fd);
}
uint64_t epoll_on_full_pipe() {
  static const int fd = epoll_create1(EPOLL_CLOEXEC);
  epoll_event event{EPOLLIN, {.u64 = 77}};
  epoll_ctl(fd, EPOLL_CTL_ADD, full_pipe()[0], &event);
  return descriptor(fd);
}
uint64_t two_iovecs(Arena& arena) {
  const iovec parts[2] = {{reinterpret_cast<void*>(arena.take(3)), 3},
                          {reinterpret_cast<void*>(arena.take(100)), 100}};
  return arena.put(parts);
}
uint64_t armed_timerfd() {
  static const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  const itimerspec soon{{987654321, 123456789}, {0, 1}};
  timerfd_settime(fd, 0, &soon, nullptr);
  usleep(1000);
  return descriptor(fd);
}
uint64_t raised_signalfd() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  static const int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  kill(getpid(), SIGUSR2);
  return descriptor(fd);
}
uint64_t watching_inotify() {
  static const int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  inotify_add_watch(fd, place().path.c_str(), IN_OPEN);
  close(open(place().file.c_str(), O_RDONLY | O_CLOEXEC));
  return descriptor(fd);
}

const Case kReads[] = {
    {"read", SYS_read, [](Arena& a) { return Args{open_file(), a.take(300), 300}; }},
    {"read_short", SYS_read,
     [](Arena& a) { return Args{descriptor(full_pipe()[0]), a.take(300), 300}; }},
    {"read_nothing", SYS_read,
     [](Arena& a) { return Args{descriptor(empty_pipe()[0]), a.take(300), 300}; }, EAGAIN},
    {"read_timerfd", SYS_read, [](Arena& a) { return Args{armed_timerfd(), a.take(64), 64}; }, 0,
     7},
    {"read_eventfd", SYS_read,
     [](Arena& a) { return Args{descriptor(eventfd(3, EFD_CLOEXEC)), a.take(64), 64}; }, 0, 7},
    {"read_signalfd", SYS_read, [](Arena& a) { return Args{raised_signalfd(), a.take(300), 300}; }},
    {"read_inotify", SYS_read, [](Arena& a) { return Args{watching_inotify(), a.take(300), 300}; }},
    {"pread64", SYS_pread64, [](Arena& a) { return Args{open_file(), a.take(300), 300, 4900}; }},
    {"readv", SYS_readv, [](Arena& a) { return Args{open_file(), two_iovecs(a), 2}; }},
    {"preadv", SYS_preadv, [](Arena& a) { return Args{open_file(), two_iovecs(a), 2, 4990}; }},
    {"preadv2", SYS_preadv2,
     [](Arena& a) { return Args{open_file(), two_iovecs(a), 2, 4990, 0, 0}; }},
    {"getdents64", SYS_getdents64,
     [](Arena& a) { return Args{open_directory(), a.take(900), 900}; }, 0, 8},
    {"getdents", SYS_getdents, [](Arena& a) { return Args{open_directory(), a.take(900), 900}; }},
    {"getcwd", SYS_getcwd, [](Arena& a) { return Args{a.take(4096), 4096}; }},
    {"getcwd_too_small", SYS_getcwd, [](Arena& a) { return Args{a.take(1), 1}; }, ERANGE},
    {"readlink", SYS_readlink,
     [](Arena& a) { return Args{a.text(place().link.c_str()), a.take(64), 64}; }},
    {"readlink_cut", SYS_readlink,
     [](Arena& a) { return Args{a.text(place().link.c_str()), a.take(64), 3}; }},
    {"readlinkat", SYS_readlinkat,
     [](Arena& a) { return Args{kHere, a.text(place().link.c_str()), a.take(64), 64}; }},
    {"sendfile", SYS_sendfile,
     [](Arena& a) { return Args{open_other(), open_file(), a.put(long{5}), 100}; }, 0, 7},
    {"copy_file_range", SYS_copy_file_range,
     [](Arena& a) {
       return Args{open_file(), a.put(long{5}), open_other(), a.put(long{9}), 100, 0};
     },
     0, 7, true},
    {"splice", SYS_splice,
     [](Arena& a) {
       return Args{open_file(), a.put(long{5}), descriptor(empty_pipe()[1]), 0, 10, 0};
     },
     0, 7},
    {"tee", SYS_tee,
     [](Arena&) { return Args{descriptor(full_pipe()[0]), descriptor(empty_pipe()[1]), 5, 0}; }},
    {"vmsplice_from_pipe", SYS_vmsplice,
     [](Arena& a) { return Args{descriptor(full_pipe()[0]), two_iovecs(a), 2, 0}; }},
};

const Case kStatus[] = {
    {"fstat", SYS_fstat, [](Arena& a) { return Args{open_file(), a.take(144)}; }, 0, 0},
    {"stat", SYS_stat, [](Arena& a) { return Args{a.text("/"), a.take(144)}; }},
    {"stat_failing", SYS_stat, [](Arena& a) { return Args{a.text("/no"), a.take(144)}; }, ENOENT},
    {"lstat", SYS_lstat, [](Arena& a) { return Args{a.text("/"), a.take(144)}; }},
    {"newfstatat", SYS_newfstatat,
     [](Arena& a) { return Args{kHere, a.text("/"), a.take(144), 0}; }},
    {"statx", SYS_statx, [](Arena& a) { return Args{kHere, a.text("/"), 0, 0xfff, a.take(256)}; }},
    {"statfs", SYS_statfs, [](Arena& a) { return Args{a.text("/"), a.take(120)}; }},
    {"fstatfs", SYS_fstatfs, [](Arena& a) { return Args{open_file(), a.take(120)}; }},
    {"ustat", SYS_ustat,
     [](Arena& a) {
       struct stat status;
       stat("/tmp", &status);
       return Args{status.st_dev, a.take(32)};
     }},
    {"cachestat", 451,
     [](Arena& a) {
       const uint64_t range[2] = {0, 4096};
       return Args{open_file(), a.put(range), a.take(40), 0};
     },
     0, 0, true},
    {"getxattr", SYS_getxattr,
     [](Arena& a) {
       return Args{a.text(place().file.c_str()), a.text("user.weft"), a.take(64), 64};
     },
     0, 0, true},
    {"getxattr_of_size_0", SYS_getxattr,
     [](Arena& a) {
       return Args{a.text(place().file.c_str()), a.text("user.weft"), a.take(64), 0};
     },
     0, 0, true},
    {"listxattr", SYS_listxattr,
     [](Arena& a) { return Args{a.text(place().file.c_str()), a.take(64), 64}; }},
    {"listxattr_of_size_0", SYS_listxattr,
     [](Arena& a) { return Args{a.text(place().file.c_str()), a.take(64), 0}; }},
    {"fgetxattr", SYS_fgetxattr,
     [](Arena& a) { return Args{open_file(), a.text("user.weft"), a.take(64), 64}; }, 0, 0, true},
    {"getxattrat", 464,
     [](Arena& a) {
       struct {
         uint64_t value;
         uint32_t size, flags;
       } args = {a.take(64), 64, 0};
       return Args{kHere, a.text(place().file.c_str()), 0, a.text("user.weft"), a.put(args), 16};
     },
     0, 0, true},
    {"listxattrat", 465,
     [](Arena& a) { return Args{kHere, a.text(place().file.c_str()), 0, a.take(64), 64}; }, 0, 0,
     true},
    {"file_getattr", 468,
     [](Arena& a) { return Args{kHere, a.text(place().file.c_str()), a.take(24), 24, 0}; }, 0, 8,
     true},
    {"name_to_handle_at", SYS_name_to_handle_at,
     [](Arena& a) {
       const uint64_t handle = a.take(8 + 64);
       *reinterpret_cast<uint32_t*>(handle) = 64;
       return Args{kHere, a.text(place().file.c_str()), handle, a.take(4), 0};
     },
     0, 3, true},
    {"name_to_handle_at_too_small", SYS_name_to_handle_at,
     [](Arena& a) {
       const uint64_t handle = a.take(8 + 64);
       *reinterpret_cast<uint32_t*>(handle) = 1;
       return Args{kHere, a.text(place().file.c_str()), handle, a.take(4), 0};
     },
     EOVERFLOW, 3, true},
    {"name_to_handle_at_unique_id", SYS_name_to_handle_at,
     [](Arena& a) {
       const uint64_t handle = a.take(8 + 64);
       *reinterpret_cast<uint32_t*>(handle) = 64;
       return Args{kHere, a.text(place().file.c_str()), handle, a.take(8), 1};
     },
     0, 7, true},
    {"listmount", 458,
     [](Arena& a) {
       const uint64_t request[3] = {24, ~uint64_t{0}, 0};
       return Args{a.put(request), a.take(64 * 8), 64, 0};
     },
     0, 7, true},
    {"statmount", 457,
     [](Arena& a) {
       struct statx status;
       statx(AT_FDCWD, "/", 0, 0x4000, &status);  // STATX_MNT_ID_UNIQUE
       const uint64_t request[3] = {24, status.stx_mnt_id, 0x3};
       return Args{a.put(request), a.take(1024), 1024, 0};
     },
     0, 1024, true},
};

const Case kWaits[] = {
    {"poll", SYS_poll,
     [](Arena& a) {
       const pollfd fds[2] = {{full_pipe()[0], POLLIN, 0x5555}, {empty_pipe()[0], POLLIN, 0x5555}};
       return Args{a.put(fds), 2, 0};
     },
     0, 1},
    {"poll_interrupted", SYS_poll,
     [](Arena& a) {
       struct sigaction action = {};
       action.sa_handler = [](int) {};
       sigaction(SIGALRM, &action, nullptr);
       const itimerval soon{{0, 0}, {0, 20000}};
       setitimer(ITIMER_REAL, &soon, nullptr);
       const pollfd fds[1] = {{empty_pipe()[0], POLLIN, 0x5555}};
       return Args{a.put(fds), 1, descriptor(-1)};
     },
     EINTR},
    {"ppoll", SYS_ppoll,
     [](Arena& a) {
       const pollfd fds[1] = {{full_pipe()[0], POLLIN, 0x5555}};
       return Args{a.put(fds), 1, a.put(timespec{10, 0}), a.put(uint64_t{0}), 8};
     },
     0, 7},
    {"select", SYS_select,
     [](Arena& a) {
       const int top = std::max(full_pipe()[0], empty_pipe()[0]) + 1;
       fd_set set;
       FD_ZERO(&set);
       FD_SET(full_pipe()[0], &set);
       FD_SET(empty_pipe()[0], &set);
       return Args{descriptor(top), a.put(set), a.put(set), a.put(set), a.put(timeval{10, 0})};
     },
     0, 7},
    {"pselect6", SYS_pselect6,
     [](Arena& a) {
       const uint64_t mask[2] = {a.put(uint64_t{0}), 8};
       fd_set set;
       FD_ZERO(&set);
       FD_SET(empty_pipe()[0], &set);
       return Args{descriptor(empty_pipe()[0] + 1), a.put(set), 0, 0,
                   a.put(timespec{0, 1000}),        a.put(mask)};
     },
     0, 15},
    {"epoll_wait", SYS_epoll_wait,
     [](Arena& a) { return Args{epoll_on_full_pipe(), a.take(120), 10, 0}; }, 0, 7},
    {"epoll_pwait", SYS_epoll_pwait,
     [](Arena& a) { return Args{epoll_on_full_pipe(), a.take(120), 10, 0, a.put(uint64_t{0}), 8}; },
     0, 7},
    {"epoll_pwait2", 441,
     [](Arena& a) {
       return Args{epoll_on_full_pipe(), a.take(120), 10, a.put(timespec{0, 0}), 0, 8};
     },
     0, 7},
    {"epoll_ctl", SYS_epoll_ctl,
     [](Arena& a) {
       return Args{epoll_on_full_pipe(), EPOLL_CTL_MOD, descriptor(full_pipe()[0]),
                   a.put(epoll_event{EPOLLIN, {.u64 = 77}})};
     }},
    {"timerfd_gettime", SYS_timerfd_gettime,
     [](Arena& a) { return Args{armed_timerfd(), a.take(32)}; }, 0, 7},
    {"timerfd_settime", SYS_timerfd_settime,
     [](Arena& a) { return Args{armed_timerfd(), 0, a.put(itimerspec{}), a.take(32)}; }, 0, 7},
    {"pipe", SYS_pipe, [](Arena& a) { return Args{a.take(8)}; }, 0, 3},
    {"pipe2", SYS_pipe2, [](Arena& a) { return Args{a.take(8), O_CLOEXEC}; }, 0, 3},
    {"pipe2_failing", SYS_pipe2, [](Arena& a) { return Args{a.take(8), 1}; }, EINVAL},
};

const Case kControl[] = {
    {"FIONREAD", SYS_ioctl,
     [](Arena& a) { return Args{descriptor(full_pipe()[0]), FIONREAD, a.take(4)}; }, 0, 3},
    {"TCGETS", SYS_ioctl, [](Arena& a) { return Args{terminal(), TCGETS, a.take(36)}; }},
    {"TCGETA", SYS_ioctl, [](Arena& a) { return Args{terminal(), TCGETA, a.take(18)}; }, 0, 1},
    {"TCGETS2", SYS_ioctl, [](Arena& a) { return Args{terminal(), 0x802c542a, a.take(44)}; }, 0, 3},
    {"TIOCGWINSZ", SYS_ioctl, [](Arena& a) { return Args{terminal(), TIOCGWINSZ, a.take(8)}; }},
    {"TIOCGPTN", SYS_ioctl, [](Arena& a) { return Args{terminal(), TIOCGPTN, a.take(4)}; }, 0, 3},
    {"TIOCSPTLCK", SYS_ioctl, [](Arena& a) { return Args{terminal(), TIOCSPTLCK, a.put(0)}; }},
    {"TIOCGETD", SYS_ioctl, [](Arena& a) { return Args{terminal(), TIOCGETD, a.take(4)}; }, 0, 3},
    {"TIOCOUTQ", SYS_ioctl, [](Arena& a) { return Args{terminal(), TIOCOUTQ, a.take(4)}; }, 0, 3},
    {"TIOCGLCKTRMIOS", SYS_ioctl,
     [](Arena& a) { return Args{terminal(), TIOCGLCKTRMIOS, a.take(36)}; }, 0, 0, true},
    {"FIONBIO", SYS_ioctl,
     [](Arena& a) { return Args{descriptor(full_pipe()[0]), FIONBIO, a.put(1)}; }},
    {"FIOQSIZE", SYS_ioctl, [](Arena& a) { return Args{open_file(), FIOQSIZE, a.take(8)}; }, 0, 7},
    {"FIGETBSZ", SYS_ioctl, [](Arena& a) { return Args{open_file(), FIGETBSZ, a.take(4)}; }, 0, 3,
     true},
    {"FS_IOC_GETFLAGS", SYS_ioctl,
     [](Arena& a) { return Args{open_file(), FS_IOC_GETFLAGS, a.take(8)}; }, 0, 3, true},
    {"FS_IOC_GETVERSION", SYS_ioctl,
     [](Arena& a) { return Args{open_file(), FS_IOC_GETVERSION, a.take(8)}; }, 0, 3, true},
    {"FS_IOC_FSGETXATTR", SYS_ioctl,
     [](Arena& a) { return Args{open_file(), FS_IOC_FSGETXATTR, a.take(28)}; }, 0, 7, true},
    {"RNDGETENTCNT", SYS_ioctl,
     [](Arena& a) {
       static const int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
       return Args{descriptor(fd), 0x80045200, a.take(4)};
     },
     0, 3},
    {"NS_GET_OWNER_UID", SYS_ioctl,
     [](Arena& a) {
       static const int fd = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
       return Args{descriptor(fd), 0xb704, a.take(4)};
     },
     0, 3, true},
    {"ioctl_failing", SYS_ioctl, [](Arena& a) { return Args{open_file(), TCGETS, a.take(36)}; },
     ENOTTY},
    {"F_GETLK", SYS_fcntl,
     [](Arena& a) {
       struct flock lock = {};
       lock.l_type = F_WRLCK;
       return Args{open_file(), F_GETLK, a.put(lock)};
     },
     0, 31},
    {"F_OFD_GETLK", SYS_fcntl,
     [](Arena& a) {
       struct flock lock = {};
       lock.l_type = F_WRLCK;
       return Args{open_file(), F_OFD_GETLK, a.put(lock)};
     },
     0, 31},
    {"F_GETOWN_EX", SYS_fcntl, [](Arena& a) { return Args{open_file(), F_GETOWN_EX, a.take(8)}; },
     0, 3},
    {"F_GETOWNER_UIDS", SYS_fcntl, [](Arena& a) { return Args{open_file(), 17, a.take(8)}; }, 0, 3,
     true},
    {"F_GET_RW_HINT", SYS_fcntl, [](Arena& a) { return Args{open_file(), 1035, a.take(8)}; }, 0, 7},
};

class FileOracle : public OracleTest {};

TEST_P(FileOracle, WritesWhatTheTableSays) {
  run(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Reads, FileOracle, testing::ValuesIn(kReads), case_name);
INSTANTIATE_TEST_SUITE_P(Status, FileOracle, testing::ValuesIn(kStatus), case_name);
INSTANTIATE_TEST_SUITE_P(Waits, FileOracle, testing::ValuesIn(kWaits), case_name);
INSTANTIATE_TEST_SUITE_P(Control, FileOracle, testing::ValuesIn(kControl), case_name);

}  // namespace
}  // namespace weft::syscall::oracle
