#include "recorder/launch/signal_relay.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace weft::launch {
namespace {

/// Forwarded if they come from outside.
constexpr int kRelayed[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGUSR1,
                            SIGUSR2, SIGTSTP, SIGCONT, SIGALRM};

/// The parent of `pid`, or 0 if there is no such process (any more).
pid_t parent_of(pid_t pid) {
  const std::string path = fmt::format("/proc/{}/stat", pid);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"),
                                                             std::fclose);
  if (!file) return 0;
  char line[512] = {};
  const size_t bytes = std::fread(line, 1, sizeof line - 1, file.get());
  line[bytes] = '\0';
  const char* after_name = std::strrchr(line, ')');  // the name may hold anything
  int parent = 0;
  if (after_name == nullptr || std::sscanf(after_name, ") %*c %d", &parent) != 1) return 0;
  return parent;
}

bool descends_from(pid_t pid, pid_t ancestor) {
  for (int steps = 0; pid > 1 && steps < 1000; ++steps) {
    if (pid == ancestor) return true;
    pid = parent_of(pid);
  }
  return false;
}

}  // namespace

Result<SignalRelay> SignalRelay::start() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGCHLD);
  for (const int number : kRelayed) ::sigaddset(&set, number);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) {
    return Error{ErrorClass::kUsage, fmt::format("no signalfd: {}", std::strerror(errno)),
                 "see the limit of open files with ulimit -n"};
  }
  return SignalRelay(std::move(fd));
}

std::optional<signalfd_siginfo> SignalRelay::next() const {
  signalfd_siginfo signal{};
  if (::read(fd_.get(), &signal, sizeof signal) != sizeof signal) return std::nullopt;
  return signal;
}

bool meant_for_program(const signalfd_siginfo& signal, pid_t program) {
  if (signal.ssi_signo == SIGCHLD) return false;
  // An alarm set before `weft record` was executed (perl -e 'alarm 5; exec ...') stays with it.
  if (signal.ssi_signo == SIGALRM) return true;
  // SI_KERNEL and everything above zero is the kernel's own: the terminal.
  if (signal.ssi_code > 0) return false;
  return !descends_from(static_cast<pid_t>(signal.ssi_pid), program);
}

SignalState::SignalState() {
  ::sigprocmask(SIG_SETMASK, nullptr, &mask_);
  struct sigaction by_default{};
  by_default.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &by_default, &child_action_);
}

void SignalState::restore() const {
  ::sigaction(SIGCHLD, &child_action_, nullptr);
  ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
}

}  // namespace weft::launch
