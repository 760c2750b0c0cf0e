#include "replayer/session/replay_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <chrono>
#include <cstring>
#include <ctime>
#include <new>

#include "weft/base/futex.h"

namespace weft::session {
namespace {

using namespace std::chrono_literals;
using channel::kReplayHeaderBytes;
using channel::ReplayChannel;
using channel::ReplayCommand;
using channel::ReplayState;

constexpr auto kLook = 50ms;  ///< how often a waiting replayer looks whether the process lives
/// That many looks without any CPU time used in between: it sleeps for ever. Looks are counted, not
/// seconds, because a stopped job (Ctrl-Z) does not look.
constexpr int kIdleLooks = 200;
constexpr auto kQuitTime = 20ms;  ///< how long a process may take to quit before it is killed

Error cannot_start(const char* call) {
  return {ErrorClass::kUsage,
          fmt::format("the replay cannot be started: {}: {}", call, std::strerror(errno)),
          "see the limits of processes and open files with ulimit -a"};
}

/// The child's half, between fork and execve: async-signal-safe calls only.
[[noreturn]] void become_runtime(const char* path, const char* const* argv, int channel_fd,
                                 int log_fd, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it died before the line above
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null >= 0) ::dup2(null, STDIN_FILENO);
  ::close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
  ::fcntl(channel_fd, F_SETFD, 0);
  ::fcntl(log_fd, F_SETFD, 0);
  ::execve(path, const_cast<char* const*>(argv), environ);
  ::_exit(127);
}

}  // namespace

Result<std::unique_ptr<ReplayProcess>> ReplayProcess::spawn(LogWindow& log,
                                                            const ReplayRequest& request) {
  UniqueFd channel_fd(::memfd_create("weft-replay", MFD_CLOEXEC));
  if (!channel_fd || ::ftruncate(channel_fd.get(), kReplayHeaderBytes) != 0) {
    return cannot_start("memfd_create");
  }
  Mapping shared = Mapping::shared(channel_fd.get(), kReplayHeaderBytes, PROT_READ | PROT_WRITE);
  if (!shared) return cannot_start("mmap");
  auto* channel = new (shared.data()) ReplayChannel();
  channel->magic = channel::kReplayMagic;
  channel->show_output = request.show_output ? 1 : 0;
  channel->stop_before = request.stop_before;
  std::unique_ptr<ReplayProcess> process(
      new ReplayProcess(log, std::move(shared), request.cpu_limit_seconds));
  log.attach(*channel);
  if (const Status started = process->start(request, channel_fd); !started) return started.error();
  return process;
}

Status ReplayProcess::start(const ReplayRequest& request, const UniqueFd& channel_fd) {
  auto log_fd = log_.open_for_reading();
  if (!log_fd) return log_fd.error();
  const std::string channel_number = std::to_string(channel_fd.get());
  const std::string log_number = std::to_string(log_fd->get());
  const char* const argv[] = {"weft-runtime", "replay", channel_number.c_str(),
                              log_number.c_str(), nullptr};
  const pid_t self = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) return cannot_start("fork");
  if (pid_ == 0) {
    become_runtime(request.runtime_path.c_str(), argv, channel_fd.get(), log_fd->get(), self);
  }
  return {};
}

ReplayProcess::~ReplayProcess() {
  if (pid_ > 0 && !reaped_) quit();
  log_.detach(shared());
}

void ReplayProcess::quit() {
  shared().command = static_cast<uint32_t>(ReplayCommand::kQuit);
  futex_signal(shared().command_futex);
  const auto deadline = std::chrono::steady_clock::now() + kQuitTime;
  while (!has_died()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, &wait_status_, 0);
      return;
    }
    ::usleep(200);
  }
}

bool ReplayProcess::has_died() {
  if (!reaped_) reaped_ = ::waitpid(pid_, &wait_status_, WNOHANG) == pid_;
  return reaped_;
}

double ReplayProcess::cpu_seconds() const {
  clockid_t clock;
  timespec used{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

Outcome ReplayProcess::wait() {
  double last_cpu = 0;
  int idle_looks = 0;
  while (true) {
    const uint32_t seen = shared().state_futex.load(std::memory_order_acquire);
    switch (static_cast<ReplayState>(shared().state.load(std::memory_order_acquire))) {
      case ReplayState::kParked: return Outcome::kParked;
      case ReplayState::kEnded: return log_.failure() ? Outcome::kNoLog : Outcome::kEnded;
      case ReplayState::kDiverged: return log_.failure() ? Outcome::kNoLog : Outcome::kDiverged;
      case ReplayState::kFailed: return log_.failure() ? Outcome::kNoLog : Outcome::kFailed;
      case ReplayState::kRunning: break;
    }
    // The state is looked at once more after death: it may have been the last thing written.
    if (reaped_) return log_.failure() ? Outcome::kNoLog : Outcome::kDied;
    if (has_died()) continue;
    const double cpu = cpu_seconds();
    idle_looks = cpu > last_cpu || shared().complete == 0 ? 0 : idle_looks + 1;
    last_cpu = cpu;
    if (idle_looks > kIdleLooks || cpu > cpu_limit_seconds_) return Outcome::kStalled;
    futex_wait(shared().state_futex, seen, kLook);
  }
}

}  // namespace weft::session
