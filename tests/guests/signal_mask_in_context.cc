// A handler changes the mask in its ucontext: that mask is in force when it has returned.
#include <signal.h>
#include <ucontext.h>

#include "guest.h"

int main() {
  struct sigaction action{};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t*, void* context) {
    sigaddset(&static_cast<ucontext_t*>(context)->uc_sigmask, SIGUSR2);
  };
  sigaction(SIGUSR1, &action, nullptr);
  raise(SIGUSR1);
  sigset_t now;
  sigprocmask(SIG_SETMASK, nullptr, &now);
  expect(sigismember(&now, SIGUSR2) == 1 && sigismember(&now, SIGUSR1) == 0);
  return done();
}
