// An unmasked SSE division by zero is a SIGFPE; the handler masks it in the saved mxcsr.
#include <signal.h>
#include <ucontext.h>
#include <xmmintrin.h>

#include "guest.h"

static volatile int faults;

int main() {
  struct sigaction action{};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t* info, void* context) {
    expect(info->si_code == FPE_FLTDIV);
    static_cast<ucontext_t*>(context)->uc_mcontext.fpregs->mxcsr |= 0x200;
    faults = faults + 1;
  };
  sigaction(SIGFPE, &action, nullptr);
  volatile float zero = 0;
  for (int i = 0; i < 10; ++i) {
    _mm_setcsr(_mm_getcsr() & ~0x200u & ~0x3fu);
    volatile float result = 1 / zero;
    expect(result > 1e38f);
  }
  expect(faults == 10);
  return done();
}
