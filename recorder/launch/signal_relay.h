/// Which signals that reach `weft record` are meant for the program.
///
/// The launcher is not the program, but whoever sends a signal to it means the program: an
/// operator's `kill -TERM`, a supervisor, a shell script. A signal that reached the program by
/// itself must not be sent twice:
///
///   sender                             si_code            to the program
///   Ctrl-C, Ctrl-\, hang-up (the tty)  SI_KERNEL          no: it has it already
///   the program or its children        SI_USER, SI_TKILL  no: kill(0, ..) reached it as well
///   anybody else                       SI_USER, SI_QUEUE  yes
///
/// Job control is left to the program: Ctrl-Z stops it if it wants to be stopped, and then the
/// launcher stops too, so that the shell sees a stopped job.
#pragma once

#include <sys/signalfd.h>
#include <sys/types.h>

#include <csignal>
#include <optional>

#include "weft/base/result.h"
#include "weft/base/unique_fd.h"

namespace weft::launch {

/// Takes the launcher's signals out of a descriptor; restores nothing: see SignalState.
class SignalRelay {
 public:
  /// Blocks the signals that are looked at, from now on, and opens the descriptor.
  static Result<SignalRelay> start();

  int fd() const { return fd_.get(); }

  /// The next signal, if one waits.
  std::optional<signalfd_siginfo> next() const;

 private:
  explicit SignalRelay(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

/// Whether `signal`, which reached the launcher, has to be sent to `program`.
bool meant_for_program(const signalfd_siginfo& signal, pid_t program);

/// What weft itself was started with, and the program therefore has to get: the signal mask, and
/// the disposition of SIGCHLD, which the launcher needs at its default.
class SignalState {
 public:
  /// Saves both, and sets SIGCHLD to its default.
  SignalState();
  /// For the forked child, just before it becomes the program. Async-signal-safe.
  void restore() const;

 private:
  sigset_t mask_{};
  struct sigaction child_action_{};
};

}  // namespace weft::launch
