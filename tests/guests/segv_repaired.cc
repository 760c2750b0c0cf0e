// A SIGSEGV handler makes the page writable and returns: the instruction goes on.
#include <signal.h>
#include <sys/mman.h>

#include "guest.h"

static char* pages;
static volatile int faults;

int main() {
  pages =
      static_cast<char*>(mmap(nullptr, 16 * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  expect(pages != MAP_FAILED);
  struct sigaction action{};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t* info, void*) {
    const auto at = reinterpret_cast<uintptr_t>(info->si_addr) & ~uintptr_t{4095};
    expect(mprotect(reinterpret_cast<void*>(at), 4096, PROT_READ | PROT_WRITE) == 0);
    faults = faults + 1;
  };
  sigaction(SIGSEGV, &action, nullptr);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 16; ++i) pages[i * 4096 + 5] = static_cast<char>(i);
  }
  expect(faults == 16);
  for (int i = 0; i < 16; ++i) expect(pages[i * 4096 + 5] == i);
  return done();
}
