#include "recorder/drain/process_end.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "weft/base/unique_fd.h"

namespace weft::drain {
namespace {

/// pidfd_info of linux/pidfd.h, as far as it is needed.
struct PidfdInfo {
  uint64_t mask;
  uint64_t cgroup;
  uint32_t ids[11];
  int32_t exit_code;
};
constexpr unsigned long kGetInfo = 0xc000ff0bUL | sizeof(PidfdInfo) << 16;
constexpr uint64_t kExitInfo = 1 << 3;

/// Of one that was waited for.
std::optional<int> from_pidfd(int pidfd) {
  PidfdInfo info{};
  info.mask = kExitInfo;
  if (::ioctl(pidfd, kGetInfo, &info) != 0 || (info.mask & kExitInfo) == 0) return std::nullopt;
  return info.exit_code;
}

/// Empty if the process is gone: reading fails then, even where the file could be opened.
std::string read_stat(pid_t pid) {
  const UniqueFd fd(
      ::open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  char text[1024];
  const ssize_t bytes = fd ? ::read(fd.get(), text, sizeof text) : 0;
  return bytes > 0 ? std::string(text, static_cast<size_t>(bytes)) : std::string();
}

/// Of one that was not: its last field in /proc/PID/stat.
std::optional<int> from_proc(int pidfd, pid_t pid) {
  const std::string text = read_stat(pid);
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(text.substr(name_end + 1));
  const std::vector<std::string> fields{std::istream_iterator<std::string>(rest), {}};
  constexpr size_t kExitCode = 52 - 3;  // fields count from 1; the first two are before the ')'
  if (fields.size() <= kExitCode || fields[0] != "Z") return std::nullopt;
  // Still there: it was this process and not one that got its number.
  if (::syscall(SYS_pidfd_send_signal, pidfd, 0, nullptr, 0) != 0) return std::nullopt;
  return std::stoi(fields[kExitCode]);
}

}  // namespace

std::optional<int> wait_status_of(int pidfd, pid_t pid) {
  if (const auto status = from_proc(pidfd, pid)) return status;
  return from_pidfd(pidfd);
}

}  // namespace weft::drain
