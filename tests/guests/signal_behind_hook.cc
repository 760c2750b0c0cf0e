// Signals come while a loop calls hooks but makes no call: where they do, and in which state.
#include <signal.h>
#include <sys/auxv.h>
#include <sys/time.h>
#include <ucontext.h>

#include "guest.h"
#include "weft/abi/weft_abi.h"

static volatile sig_atomic_t taken;
static volatile uint64_t task;
static uint64_t seen = kHashStart;

// All registers but cr2 and what the kernel adds, and how far the loop was.
static void on_signal(int, siginfo_t*, void* context) {
  const auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  seen = hash_bytes(registers, sizeof registers[0] * (REG_EFL + 1), seen);
  const uint64_t now = task;
  seen = hash_bytes(&now, sizeof now, seen);
  taken = taken + 1;
}

int main() {
  const auto* weft = reinterpret_cast<const weft_abi*>(getauxval(WEFT_AUXV_TYPE));
  if (weft == nullptr) return done();
  struct sigaction action{};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGALRM, &action, nullptr);
  itimerval timer{{0, 2000}, {0, 2000}};
  setitimer(ITIMER_REAL, &timer, nullptr);
  // Registers that a function preserves hold these, across hooks and signals.
  uint64_t a = 1, b = 2, c = 3, d = 4, e = 5;
  while (taken < 30) {
    asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e));
    task = weft->task_create(WEFT_TASK_OTHER, nullptr, nullptr, 0);
    weft->task_wake(task);
    weft->task_end(task, WEFT_DONE, nullptr);
    if (weft->task_current() != 0) std::abort();
    ++a, ++b, ++c, ++d, ++e;
  }
  expect(b == a + 1 && c == a + 2 && d == a + 3 && e == a + 4);
  timer = {};
  setitimer(ITIMER_REAL, &timer, nullptr);
  show("loop", a);
  show("registers", seen);
  return done();
}
