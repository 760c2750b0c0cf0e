// SA_RESETHAND, SA_NODEFER, SA_SIGINFO's context, and what sigaction reads back.
#include <signal.h>
#include <ucontext.h>

#include "guest.h"

static volatile int depth, deepest;
static volatile uintptr_t interrupted_at;

int main() {
  struct sigaction action{}, old{};
  action.sa_flags = SA_RESETHAND;
  action.sa_handler = [](int) {};
  sigaction(SIGUSR1, &action, nullptr);
  raise(SIGUSR1);
  sigaction(SIGUSR1, nullptr, &old);
  expect(old.sa_handler == SIG_DFL);
  action.sa_flags = SA_NODEFER;
  action.sa_handler = [](int number) {
    depth = depth + 1;
    if (depth > deepest) deepest = depth;
    if (depth < 5) raise(number);
    depth = depth - 1;
  };
  sigaction(SIGUSR1, &action, nullptr);
  raise(SIGUSR1);
  expect(deepest == 5);
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t*, void* context) {
    const auto* frame = static_cast<ucontext_t*>(context);
    interrupted_at = static_cast<uintptr_t>(frame->uc_mcontext.gregs[REG_RIP]);
    expect(sigismember(&frame->uc_sigmask, SIGUSR2) == 0);
  };
  sigaction(SIGUSR2, &action, &old);
  expect(old.sa_handler == SIG_DFL);
  raise(SIGUSR2);
  expect(interrupted_at != 0);
  expect(sigaction(SIGKILL, &action, nullptr) == -1 && errno == EINVAL);
  sigaction(SIGUSR2, nullptr, &old);
  expect(old.sa_sigaction == action.sa_sigaction && (old.sa_flags & SA_SIGINFO) != 0);
  return done();
}
