// Two threads fault at the same time, each with a handler that jumps back into its own stack.
#include <setjmp.h>
#include <signal.h>

#include <thread>

#include "guest.h"

static thread_local sigjmp_buf back;

static void fault_often(uintptr_t base) {
  for (volatile uintptr_t i = 0; i < 200;) {
    if (sigsetjmp(back, 1) == 0) {
      *reinterpret_cast<volatile int*>(base + i) = 1;
      expect(false);
    }
    if (i % 20 == 0) sched_yield();
    i = i + 1;
  }
}

int main() {
  signal(SIGSEGV, [](int) { siglongjmp(back, 1); });
  std::thread other(fault_often, 4);
  fault_often(1024);
  other.join();
  return done();
}
