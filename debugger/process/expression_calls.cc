#include "debugger/process/expression_calls.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace weft::process {
namespace {

struct CallWay {
  long call;
  Way way;
};

constexpr CallWay kWays[] = {
    {SYS_mmap, Way::kMap},
    {SYS_munmap, Way::kKernel},
    {SYS_mprotect, Way::kKernel},
    {SYS_mremap, Way::kKernel},
    {SYS_madvise, Way::kMap},
    {SYS_clock_gettime, Way::kKernel},
    {SYS_clock_getres, Way::kKernel},
    {SYS_gettimeofday, Way::kKernel},
    {SYS_time, Way::kKernel},
    {SYS_getrandom, Way::kKernel},
    {SYS_uname, Way::kKernel},
    {SYS_sysinfo, Way::kKernel},
    {SYS_sched_getaffinity, Way::kKernel},
    {SYS_sched_yield, Way::kNothing},
    {SYS_nanosleep, Way::kNothing},
    {SYS_clock_nanosleep, Way::kNothing},
    {SYS_set_robust_list, Way::kNothing},
    {SYS_open, Way::kPath},
    {SYS_openat, Way::kPath},
    {SYS_stat, Way::kPath},
    {SYS_lstat, Way::kPath},
    {SYS_newfstatat, Way::kPath},
    {SYS_statx, Way::kPath},
    {SYS_access, Way::kPath},
    {SYS_faccessat, Way::kPath},
    {SYS_faccessat2, Way::kPath},
    {SYS_readlink, Way::kPath},
    {SYS_readlinkat, Way::kPath},
    {SYS_read, Way::kDescriptor},
    {SYS_readv, Way::kDescriptor},
    {SYS_pread64, Way::kDescriptor},
    {SYS_write, Way::kDescriptor},
    {SYS_writev, Way::kDescriptor},
    {SYS_lseek, Way::kDescriptor},
    {SYS_fstat, Way::kDescriptor},
    {SYS_fstatfs, Way::kDescriptor},
    {SYS_getdents64, Way::kDescriptor},
    {SYS_close, Way::kDescriptor},
    {SYS_fcntl, Way::kDescriptor},
    {SYS_ioctl, Way::kDescriptor},
    {SYS_fadvise64, Way::kDescriptor},
    {SYS_futex, Way::kFutex},
    {SYS_poll, Way::kWaits},
    {SYS_ppoll, Way::kWaits},
    {SYS_select, Way::kWaits},
    {SYS_pselect6, Way::kWaits},
    {SYS_epoll_wait, Way::kWaits},
    {SYS_epoll_pwait, Way::kWaits},
    {SYS_wait4, Way::kWaits},
    {SYS_waitid, Way::kWaits},
    {SYS_pause, Way::kWaits},
    {SYS_rt_sigsuspend, Way::kWaits},
    {SYS_rt_sigtimedwait, Way::kWaits},
    {SYS_exit, Way::kEnds},
    {SYS_exit_group, Way::kEnds},
    {SYS_tgkill, Way::kEnds},
    {SYS_tkill, Way::kEnds},
    {SYS_kill, Way::kReaches},
    {SYS_clone, Way::kReaches},
    {SYS_clone3, Way::kReaches},
    {SYS_fork, Way::kReaches},
    {SYS_vfork, Way::kReaches},
    {SYS_execve, Way::kReaches},
    {SYS_execveat, Way::kReaches},
    {SYS_unlink, Way::kReaches},
    {SYS_unlinkat, Way::kReaches},
    {SYS_rename, Way::kReaches},
    {SYS_renameat2, Way::kReaches},
    {SYS_mkdir, Way::kReaches},
    {SYS_mkdirat, Way::kReaches},
    {SYS_socket, Way::kReaches},
    {SYS_connect, Way::kReaches},
};

}  // namespace

std::optional<Way> way_of(uint64_t number) {
  for (const CallWay& row : kWays) {
    if (static_cast<uint64_t>(row.call) == number) return row.way;
  }
  return std::nullopt;
}

bool only_asks(uint64_t call, uint32_t request) {
  constexpr std::array<uint32_t, 3> kIoctls = {TCGETS, TIOCGWINSZ, FIONREAD};
  constexpr std::array<uint32_t, 6> kFcntls = {F_GETFD, F_SETFD, F_GETFL,
                                               F_SETFL, F_DUPFD, F_DUPFD_CLOEXEC};
  const auto is_in = [&](const auto& requests) {
    return std::find(requests.begin(), requests.end(), request) != requests.end();
  };
  if (call == SYS_ioctl) return is_in(kIoctls);
  return call != SYS_fcntl || is_in(kFcntls);
}

bool is_safe_to_open(const std::string& path) {
  constexpr std::array<std::string_view, 5> kHarmless = {"/dev/null", "/dev/zero", "/dev/full",
                                                         "/dev/random", "/dev/urandom"};
  struct stat file{};
  if (::stat(path.c_str(), &file) != 0) return true;  // the kernel says what is wrong
  return S_ISREG(file.st_mode) || S_ISDIR(file.st_mode) ||
         std::find(kHarmless.begin(), kHarmless.end(), path) != kHarmless.end();
}

bool leads_to_proc(const std::string& named, LastLink last) {
  constexpr int kMostLinks = 40;
  std::filesystem::path path = named;
  for (int i = 0; i < kMostLinks; ++i) {
    std::error_code error;
    const std::filesystem::path folder =
        std::filesystem::weakly_canonical(path.parent_path(), error);
    if (error) return false;  // the kernel says what is wrong
    path = folder / path.filename();
    if ((path.lexically_normal().string() + "/").starts_with("/proc/")) return true;
    if (last == LastLink::kItself || !std::filesystem::is_symlink(path, error)) return false;
    path = folder / std::filesystem::read_symlink(path, error);
  }
  return false;
}

}  // namespace weft::process
