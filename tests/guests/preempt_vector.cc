// A worker's rounds differ only in a vector register, which a signal's handler looks at.
#include <pthread.h>
#include <signal.h>
#include <ucontext.h>

#include <atomic>
#include <thread>

#include "guest.h"

static std::atomic<bool> stop;
static std::atomic<uint64_t> seen;

static void look(int, siginfo_t*, void* context) {
  const auto* state = static_cast<ucontext_t*>(context)->uc_mcontext.fpregs;
  uint64_t words[2];
  memcpy(words, &state->_xmm[9], sizeof words);
  seen = words[1];
}

/// Counts in the upper half of xmm9.
[[gnu::noinline]] static uint64_t count() {
  uint64_t result;
  const uint64_t one[2] = {0, 1};
  asm volatile(
      "pxor %%xmm9, %%xmm9\n"
      "movdqu %2, %%xmm10\n"
      "1: paddq %%xmm10, %%xmm9\n"
      "mov $200, %%ecx\n"
      "2: dec %%ecx\n"
      "jnz 2b\n"
      "cmpb $0, %1\n"
      "je 1b\n"
      "movhlps %%xmm9, %%xmm9\n"
      "movq %%xmm9, %0\n"
      : "=r"(result)
      : "m"(stop), "m"(one)
      : "xmm9", "xmm10", "ecx", "cc", "memory");
  return result;
}

int main() {
  struct sigaction action{};
  action.sa_sigaction = look;
  action.sa_flags = SA_SIGINFO;
  expect(sigaction(SIGUSR1, &action, nullptr) == 0);
  uint64_t total = 0;
  std::thread worker([&total] { total = count(); });
  for (int i = 0; i < 10; ++i) {
    sleep_ms(3);
    pthread_kill(worker.native_handle(), SIGUSR1);
    show("seen", seen);
  }
  stop = true;
  worker.join();
  show("total", total);
  return done();
}
