// Every page below the usual address of programs: an access faults, wherever it is (a member of a
// large object behind a null pointer).
#include <setjmp.h>
#include <signal.h>

#include "guest.h"

static sigjmp_buf back;
static uint64_t hash = kHashStart;
static uint64_t faults, at;

static void on_fault(int, siginfo_t* info, void*) {
  hash = hash_bytes(&info->si_addr, sizeof info->si_addr, hash);
  siglongjmp(back, 1);
}

int main() {
  struct sigaction action{};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = on_fault;
  sigaction(SIGSEGV, &action, nullptr);
  for (at = 0; at < 0x80000; at += 4096) {
    if (sigsetjmp(back, 1) != 0) {
      ++faults;
    } else {
      *reinterpret_cast<volatile char*>(at + 8) = 1;
    }
  }
  expect(faults == 0x80000 / 4096);
  show("addresses", hash);
  return done();
}
