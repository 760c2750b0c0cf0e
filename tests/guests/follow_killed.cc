// Recorded children end by signals: sent by the parent, sent to itself, by a fault, and in a thread.
// record: --follow
// processes: 5
#include <signal.h>
#include <sys/wait.h>

#include <thread>

#include "guest.h"

static int signal_of(pid_t child) {
  int status = 0;
  expect(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
  return WTERMSIG(status);
}

template <class F>
static pid_t child_that(F does) {
  const pid_t child = fork();
  if (child != 0) return child;
  does();
  _exit(1);
}

int main() {
  const pid_t computes = child_that([] { spin(); });
  const pid_t raises = child_that([] { raise(SIGTERM); });
  const pid_t faults = child_that([] { *static_cast<volatile int*>(nullptr) = 1; });
  const pid_t in_thread = child_that([] { std::thread([] { abort(); }).join(); });
  expect(signal_of(raises) == SIGTERM && signal_of(faults) == SIGSEGV);
  expect(signal_of(in_thread) == SIGABRT);
  sleep_ms(20);
  expect(kill(computes, SIGKILL) == 0 && signal_of(computes) == SIGKILL);
  show("killed", static_cast<uint64_t>(computes));
  return done();
}
