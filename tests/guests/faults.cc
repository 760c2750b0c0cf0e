// Faults of each kind, with the siginfo that the handler is told; it leaves by siglongjmp.
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "guest.h"

static sigjmp_buf back;
static siginfo_t last;

template <typename Body>
static void fault(int number, int code, const void* address, Body body) {
  memset(&last, 0, sizeof last);
  if (sigsetjmp(back, 1) == 0) {
    body();
    expect(false);
  }
  show("signal", static_cast<uint64_t>(last.si_signo));
  expect(last.si_signo == number && last.si_code == code);
  if (address != nullptr) expect(last.si_addr == address);
}

int main() {
  struct sigaction action{};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t* info, void*) {
    last = *info;
    siglongjmp(back, 1);
  };
  for (int n : {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE}) sigaction(n, &action, nullptr);
  auto* page =
      static_cast<char*>(mmap(nullptr, 3 * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  munmap(page + 4096, 4096);
  const auto wild = uintptr_t{0x8000'0000'0000'0000};
  for (int round = 0; round < 2; ++round) {
    fault(SIGTRAP, SI_KERNEL, nullptr, [] { asm volatile("int3"); });
    fault(SIGILL, ILL_ILLOPN, nullptr, [] { asm volatile("ud2"); });
    fault(SIGSEGV, SEGV_ACCERR, page, [=] { *static_cast<volatile char*>(page) = 1; });
    fault(SIGSEGV, SEGV_MAPERR, page + 4096, [=] { (void)*(volatile char*)(page + 4096); });
    fault(SIGSEGV, SEGV_ACCERR, page, [=] { reinterpret_cast<void (*)()>(page)(); });
    fault(SIGSEGV, SEGV_MAPERR, (void*)16, [] { ((void (*)())16)(); });
    fault(SIGSEGV, SI_KERNEL, nullptr, [=] { *(volatile char*)wild = 1; });
    fault(SIGSEGV, SI_KERNEL, nullptr,
          [=] { asm volatile("movaps %%xmm0, (%0)" ::"r"(page + 8 + 1)); });
    fault(SIGSEGV, SI_KERNEL, nullptr, [] { asm volatile("hlt"); });
    fault(SIGFPE, FPE_INTDIV, nullptr, [] {
      volatile int zero = 0;
      zero = 1000 / zero;
    });
  }
  return done();
}
