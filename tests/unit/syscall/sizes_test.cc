/// Fixed sizes in the table against the structures that they stand for, in this machine's headers.
#include <asm/ldt.h>
#include <asm/termbits.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/hdreg.h>
#include <linux/landlock.h>
#include <linux/loop.h>
#include <linux/perf_event.h>
#include <linux/quota.h>
#include <linux/serial.h>
#include <linux/vt.h>
#include <linux/wireless.h>
#include <mqueue.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <utime.h>

#include <csignal>
#include <cstring>
#include <ctime>

#include "weft/syscall/table.h"

namespace weft::syscall {
namespace {

struct Size {
  const char* name;  ///< of the row, or of the variant
  int arg;
  size_t bytes;
};

const Arg* argument(const Size& size) {
  for (const Row& row : kRows) {
    if (std::strcmp(row.name, size.name) == 0) return &row.args[size.arg];
    for (const Variant& variant : variants_of(row.number)) {
      if (std::strcmp(variant.name, size.name) == 0) return &variant.args[size.arg];
    }
  }
  return nullptr;
}

void expect_sizes(std::initializer_list<Size> sizes) {
  for (const Size& size : sizes) {
    const Arg* arg = argument(size);
    ASSERT_NE(arg, nullptr) << size.name;
    EXPECT_EQ(arg->size, size.bytes) << size.name << ", argument " << size.arg;
  }
}

TEST(SyscallSizes, Files) {
  expect_sizes({
      {"stat", 1, sizeof(struct stat)},
      {"fstat", 1, sizeof(struct stat)},
      {"newfstatat", 2, sizeof(struct stat)},
      {"statx", 4, sizeof(struct statx)},
      {"statfs", 1, sizeof(struct statfs)},
      {"utime", 1, sizeof(struct utimbuf)},
      {"utimes", 1, 2 * sizeof(timeval)},
      {"utimensat", 2, 2 * sizeof(timespec)},
      {"poll", 0, sizeof(pollfd)},
      {"ppoll", 0, sizeof(pollfd)},
      {"ppoll", 2, sizeof(timespec)},
      {"select", 4, sizeof(timeval)},
      {"pselect6", 4, sizeof(timespec)},
      {"epoll_wait", 1, sizeof(epoll_event)},
      {"epoll_ctl", 3, sizeof(epoll_event)},
      {"epoll_pwait2", 3, sizeof(timespec)},
      {"timerfd_settime", 2, sizeof(itimerspec)},
      {"timerfd_gettime", 1, sizeof(itimerspec)},
      {"sendfile", 2, sizeof(off_t)},
      {"splice", 1, sizeof(off_t)},
      {"pipe", 0, 2 * sizeof(int)},
      {"F_GETLK", 2, sizeof(struct flock)},
      {"F_OFD_SETLKW", 2, sizeof(struct flock)},
      {"F_GETOWN_EX", 2, sizeof(struct f_owner_ex)},
      {"F_GET_RW_HINT", 2, sizeof(uint64_t)},
  });
}

TEST(SyscallSizes, Processes) {
  expect_sizes({
      {"wait4", 1, sizeof(int)},
      {"wait4", 3, sizeof(rusage)},
      {"waitid", 2, offsetof(siginfo_t, si_status) + sizeof(int)},
      {"waitid", 4, sizeof(rusage)},
      {"getrusage", 1, sizeof(rusage)},
      {"uname", 0, sizeof(utsname)},
      {"sysinfo", 0, sizeof(struct sysinfo)},
      {"getrlimit", 1, sizeof(rlimit)},
      {"prlimit64", 3, sizeof(rlimit64)},
      {"capget", 0, sizeof(__user_cap_header_struct)},
      {"capget", 1, 2 * sizeof(__user_cap_data_struct)},
      {"capset", 1, sizeof(__user_cap_data_struct)},
      {"sched_getparam", 1, sizeof(struct sched_param)},
      {"sched_setattr", 1, 48},
      {"sched_rr_get_interval", 1, sizeof(timespec)},
      {"getgroups", 1, sizeof(gid_t)},
      {"futex_waitv", 0, sizeof(struct futex_waitv)},
      {"futex_requeue", 0, 2 * sizeof(struct futex_waitv)},
      {"FUTEX_WAIT", 3, sizeof(timespec)},
      {"landlock_add_rule", 2, sizeof(landlock_path_beneath_attr)},
      {"perf_event_open", 0, PERF_ATTR_SIZE_VER0},
      {"PR_GET_NAME", 1, 16},
      {"process_vm_readv", 3, sizeof(iovec)},
  });
}

TEST(SyscallSizes, SignalsAndTime) {
  struct KernelSigaction {
    void* handler;
    unsigned long flags;
    void* restorer;
    uint64_t mask;
  };
  expect_sizes({
      {"rt_sigaction", 1, sizeof(KernelSigaction)},
      {"rt_sigtimedwait", 1, sizeof(siginfo_t)},
      {"rt_sigtimedwait", 2, sizeof(timespec)},
      {"sigaltstack", 1, sizeof(stack_t)},
      {"nanosleep", 0, sizeof(timespec)},
      {"nanosleep", 1, sizeof(timespec)},
      {"clock_nanosleep", 3, sizeof(timespec)},
      {"getitimer", 1, sizeof(itimerval)},
      {"setitimer", 2, sizeof(itimerval)},
      {"timer_create", 1, sizeof(sigevent)},
      {"timer_create", 2, sizeof(int)},
      {"timer_settime", 3, sizeof(itimerspec)},
      {"clock_gettime", 1, sizeof(timespec)},
      {"gettimeofday", 0, sizeof(timeval)},
      {"gettimeofday", 1, sizeof(struct timezone)},
      {"times", 0, sizeof(struct tms)},
      {"time", 0, sizeof(time_t)},
      {"adjtimex", 0, sizeof(struct timex)},
      {"clock_adjtime", 1, sizeof(struct timex)},
  });
}

TEST(SyscallSizes, Messages) {
  expect_sizes({
      {"semop", 1, sizeof(sembuf)},
      {"mq_open", 3, sizeof(mq_attr)},
      {"mq_getsetattr", 2, sizeof(mq_attr)},
      {"mq_notify", 1, sizeof(sigevent)},
      {"recvmmsg", 4, sizeof(timespec)},
      {"socketpair", 3, 2 * sizeof(int)},
  });
  const uint64_t by_command[][3] = {
      // number, command, bytes
      {66, 2, sizeof(semid_ds)}, {66, 19, sizeof(seminfo)},  {31, 2, sizeof(shmid_ds)},
      {31, 3, sizeof(shminfo)},  {31, 14, sizeof(shm_info)}, {71, 2, sizeof(msqid_ds)},
      {71, 12, sizeof(msginfo)},
  };
  for (const auto& [number, command, bytes] : by_command) {
    const bool is_semctl = number == 66;
    const uint64_t args[6] = {0, is_semctl ? 0 : command, command};
    const Variant* variant = find_variant(static_cast<uint16_t>(number), args);
    ASSERT_NE(variant, nullptr);
    EXPECT_EQ(variant->args[is_semctl ? 3 : 2].size, bytes) << variant->name;
  }
}

TEST(SyscallSizes, Quotas) {
  expect_sizes({
      {"Q_GETINFO", 3, sizeof(if_dqinfo)},
      {"Q_GETQUOTA", 3, sizeof(if_dqblk)},
      {"Q_GETNEXTQUOTA", 3, sizeof(if_nextdqblk)},
  });
}

TEST(SyscallSizes, Ioctls) {
  expect_sizes({
      {"TCGETS", 2, sizeof(struct termios)},
      {"TCGETA", 2, 18},  // struct termio, which no header of today has beside termios
      {"TIOCGWINSZ", 2, 4 * sizeof(uint16_t)},
      {"TIOCGSERIAL", 2, sizeof(serial_struct)},
      {"TIOCGICOUNT", 2, sizeof(serial_icounter_struct)},
      {"TIOCGRS485", 2, sizeof(serial_rs485)},
      {"SIOCGIFFLAGS", 2, sizeof(ifreq)},
      {"SIOCGIFCONF", 2, sizeof(ifconf)},
      {"SIOCADDRT", 2, sizeof(rtentry)},
      {"SIOCGARP", 2, sizeof(arpreq)},
      {"SIOCGIWNAME", 2, sizeof(iwreq)},
      {"SIOCGSTAMP", 2, sizeof(timeval)},
      {"FICLONERANGE", 2, sizeof(file_clone_range)},
      {"HDIO_GETGEO", 2, sizeof(hd_geometry)},
      {"LOOP_GET_STATUS64", 2, sizeof(loop_info64)},
      {"LOOP_CONFIGURE", 2, sizeof(loop_config)},
      {"VT_GETMODE", 2, sizeof(vt_mode)},
      {"VT_GETSTATE", 2, sizeof(vt_stat)},
  });
}

}  // namespace
}  // namespace weft::syscall
