// A SIGSEGV handler leaves by siglongjmp, many times; the address of the fault is told.
#include <setjmp.h>
#include <signal.h>

#include "guest.h"

static sigjmp_buf back;
static void* volatile fault_address;

int main() {
  struct sigaction action{};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t* info, void*) {
    fault_address = info->si_addr;
    siglongjmp(back, 1);
  };
  sigaction(SIGSEGV, &action, nullptr);
  for (uintptr_t i = 1; i <= 100; ++i) {
    if (sigsetjmp(back, 1) == 0) {
      *reinterpret_cast<volatile int*>(i * 8) = 1;
      return 1;
    }
    expect(reinterpret_cast<uintptr_t>(fault_address) == i * 8);
    if (i % 10 == 0) show("time", now_ns());
  }
  return done();
}
