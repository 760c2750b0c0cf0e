// A stack overflow is taken on the alternate stack, and left by siglongjmp.
#include <setjmp.h>
#include <signal.h>

#include "guest.h"

static char stack[64 * 1024];
static sigjmp_buf back;

__attribute__((noinline)) static int overflow(volatile char* above) {
  volatile char frame[4096];
  frame[0] = static_cast<char>(above[0] + 1);
  return (frame[0] == frame[1] && frame[2] == 77 ? 0 : overflow(frame)) + frame[0];
}

int main() {
  stack_t mine{stack, 0, sizeof stack};
  sigaltstack(&mine, nullptr);
  struct sigaction action{};
  action.sa_flags = SA_ONSTACK;
  action.sa_handler = [](int) { siglongjmp(back, 1); };
  sigaction(SIGSEGV, &action, nullptr);
  for (int i = 0; i < 3; ++i) {
    volatile char start = 0;
    if (sigsetjmp(back, 1) == 0) show("never", static_cast<uint64_t>(overflow(&start)));
  }
  return done();
}
