#include "recorder/launch/program_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace weft::launch {
namespace {

Error cannot_start(const char* call) {
  return {ErrorClass::kUsage,
          fmt::format("the program cannot be started: {}: {}", call, std::strerror(errno)),
          "see the limits of processes and open files with ulimit -a"};
}

/// The child's half. Only async-signal-safe calls and memory that was ready before the fork.
[[noreturn]] void become_runtime(const char* path, char* const* argv, int channel_fd, int gate,
                                 const SignalState& signals) {
  char go = 0;
  if (::read(gate, &go, 1) != 1) ::_exit(127);
  // A fresh descriptor without close-on-exec, under the number that argv names.
  if (::fcntl(channel_fd, F_SETFD, 0) == 0) {
    signals.restore();
    ::execve(path, argv, environ);
  }
  const int error = errno;
  (void)!::write(gate, &error, sizeof error);
  ::_exit(127);
}

}  // namespace

Result<ProgramProcess> ProgramProcess::fork_at_gate(const SpawnRequest& request,
                                                    const SignalState& signals) {
  std::vector<std::string> words = {"weft-runtime", "record", std::to_string(request.channel_fd),
                                    request.program_path};
  words.insert(words.end(), request.arguments.begin(), request.arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  int gate[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gate) != 0) {
    return cannot_start("socketpair");
  }
  ProgramProcess process;
  process.gate_.reset(gate[0]);
  UniqueFd child_gate(gate[1]);
  process.pid_ = ::fork();
  if (process.pid_ < 0) return cannot_start("fork");
  if (process.pid_ == 0) {
    ::close(gate[0]);
    become_runtime(request.runtime_path.c_str(), argv.data(), request.channel_fd, gate[1], signals);
  }
  process.pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, process.pid_, 0)));
  if (!process.pidfd_) {
    const Error error = cannot_start("pidfd_open");
    process.abandon();
    return error;
  }
  return process;
}

Status ProgramProcess::release() {
  const char go = 1;
  int error = 0;
  if (::send(gate_.get(), &go, 1, MSG_NOSIGNAL) == 1 &&
      ::recv(gate_.get(), &error, sizeof error, 0) == sizeof error) {
    errno = error;
    return cannot_start("execve of weft-runtime");
  }
  return {};  // the gate closed: it was executed, or it died before (waitpid tells)
}

void ProgramProcess::abandon() {
  gate_.reset();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace weft::launch
