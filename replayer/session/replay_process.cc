#include "replayer/session/replay_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>

#include "weft/base/futex.h"

namespace weft::session {
namespace {

using namespace std::chrono_literals;
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

Error too_many() {
  return {ErrorClass::kUsage, "too many replayed processes at once",
          "end some of them; there is room for " + std::to_string(channel::kReplaySlots)};
}

struct Start {
  const char* path;
  const char* const* argv;
  int channel_fd, log_fd;
  pid_t parent;
  bool own_group;
};

/// The child's half, between fork and execve: async-signal-safe calls only.
[[noreturn]] void become_runtime(const Start& start) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != start.parent) ::_exit(127);  // it died before the line above
  if (start.own_group) ::setpgid(0, 0);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null >= 0) ::dup2(null, STDIN_FILENO);
  ::close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
  ::fcntl(start.channel_fd, F_SETFD, 0);
  ::fcntl(start.log_fd, F_SETFD, 0);
  ::execve(start.path, const_cast<char* const*>(start.argv), environ);
  ::_exit(127);
}

}  // namespace

double cpu_limit_seconds(const trace::TraceReader& reader) {
  constexpr double kLeast = 30, kTimesRecorded = 10;
  if (reader.chunks().empty()) return kLeast;
  return kLeast + kTimesRecorded * reader.info().seconds_at(reader.chunks().back().begins());
}

ReplayProcess::ReplayProcess(LogWindow& log, ChannelSlot slot, double cpu_limit_seconds)
    : log_(log), slot_(std::move(slot)), cpu_limit_seconds_(cpu_limit_seconds) {
  log_.attach(shared());
}

Result<std::unique_ptr<ReplayProcess>> ReplayProcess::spawn(LogWindow& log,
                                                            const ReplayRequest& request) {
  std::shared_ptr<ChannelFile> channels = request.channels;
  if (!channels) {
    auto created = ChannelFile::create();
    if (!created) return created.error();
    channels = *created;
  }
  auto slot = channels->take();
  if (!slot) return too_many();
  slot->channel().verify = request.verify ? 1 : 0;
  slot->channel().show_output = request.show_output ? 1 : 0;
  slot->channel().stop_before = request.stop_before.value();
  std::unique_ptr<ReplayProcess> process(
      new ReplayProcess(log, std::move(*slot), request.cpu_limit_seconds));
  if (const Status started = process->start(request); !started) return started.error();
  return process;
}

Status ReplayProcess::start(const ReplayRequest& request) {
  auto log_fd = log_.open_for_reading();
  if (!log_fd) return log_fd.error();
  const int channel_fd = slot_.file()->fd();
  const std::string channel_number = std::to_string(channel_fd);
  const std::string log_number = std::to_string(log_fd->get());
  const std::string slot_number = std::to_string(slot_.number());
  const char* const argv[] = {"weft-runtime",         "replay",
                              channel_number.c_str(), log_number.c_str(),
                              slot_number.c_str(),    nullptr};
  const Start start{
      request.runtime_path.c_str(), argv, channel_fd, log_fd->get(), ::getpid(), request.own_group};
  pid_ = ::fork();
  if (pid_ < 0) return cannot_start("fork");
  if (pid_ == 0) become_runtime(start);
  return {};
}

void ReplayProcess::command(ReplayCommand what) {
  shared().command.store(static_cast<uint32_t>(what), std::memory_order_release);
  futex_signal(shared().command_futex);
}

void ReplayProcess::run_to(const ReplayStop& stop) {
  ReplayChannel& channel = shared();
  channel.step_event = stop.step_event.value();
  channel.step_count = stop.step_count;
  channel.trace_steps = stop.trace_steps ? 1 : 0;
  channel.stop_before = stop.before.value();
  channel.state = static_cast<uint32_t>(ReplayState::kRunning);  // not: it has not moved yet
  command(ReplayCommand::kRun);
}

Result<std::unique_ptr<ReplayProcess>> ReplayProcess::fork() {
  auto slot = slot_.file()->take();
  if (!slot) return too_many();
  slot->channel().show_output = channel().show_output;
  slot->channel().stop_before = channel().stop_before.load();
  std::unique_ptr<ReplayProcess> copy(
      new ReplayProcess(log_, std::move(*slot), cpu_limit_seconds_));
  shared().fork_result = 0;
  shared().fork_slot = copy->slot_.number();
  command(ReplayCommand::kFork);
  const int64_t pid = await_fork();
  if (pid <= 0) {
    errno = pid == 0 ? ESRCH : static_cast<int>(-pid);
    return cannot_start("clone");
  }
  copy->pid_ = static_cast<pid_t>(pid);
  const Outcome outcome = copy->wait();
  if (outcome == Outcome::kParked || outcome == Outcome::kEnded) return copy;
  errno = ENOMEM;
  return cannot_start("a copy of a process");
}

/// What the process says about the copy: its pid, -errno, or 0 if it has died.
int64_t ReplayProcess::await_fork() {
  while (true) {
    const uint32_t seen = shared().state_futex.load(std::memory_order_acquire);
    if (const int64_t result = shared().fork_result.load(std::memory_order_acquire)) return result;
    if (has_died()) return shared().fork_result.load(std::memory_order_acquire);
    futex_wait(shared().state_futex, seen, kLook);
  }
}

ReplayProcess::~ReplayProcess() {
  if (pid_ > 0 && !reaped_) quit();
  log_.detach(shared());
}

void ReplayProcess::quit() {
  command(ReplayCommand::kQuit);
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
  if (pid_ <= 0) return true;
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
  while (true) {
    if (const auto outcome = wait_for(kLook)) return *outcome;
  }
}

std::optional<Outcome> ReplayProcess::wait_for(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (true) {
    const uint32_t seen = shared().state_futex.load(std::memory_order_acquire);
    switch (static_cast<ReplayState>(shared().state.load(std::memory_order_acquire))) {
      case ReplayState::kParked:
        return Outcome::kParked;
      case ReplayState::kEnded:
        return log_.failure() ? Outcome::kNoLog : Outcome::kEnded;
      case ReplayState::kDiverged:
        return log_.failure() ? Outcome::kNoLog : Outcome::kDiverged;
      case ReplayState::kFailed:
        return log_.failure() ? Outcome::kNoLog : Outcome::kFailed;
      case ReplayState::kRunning:
        break;
    }
    // The state is looked at once more after death: it may have been the last thing written.
    if (reaped_) return log_.failure() ? Outcome::kNoLog : Outcome::kDied;
    if (has_died()) continue;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= 0ms) return std::nullopt;
    if (left >= kLook && is_stalled()) return Outcome::kStalled;
    futex_wait(shared().state_futex, seen, std::min(left, std::chrono::milliseconds(kLook)));
  }
}

/// To be asked every kLook while it runs.
bool ReplayProcess::is_stalled() {
  const double cpu = cpu_seconds();
  idle_looks_ = cpu > last_cpu_ || shared().complete == 0 ? 0 : idle_looks_ + 1;
  last_cpu_ = cpu;
  return idle_looks_ > kIdleLooks || cpu > cpu_limit_seconds_;
}

}  // namespace weft::session
