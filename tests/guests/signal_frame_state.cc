// The extended state in signal frames: as large as cpuid says, complete, the same bytes in each
// replay, and what a handler changes in it arrives. flags: -O1
#include <cpuid.h>
#include <signal.h>
#include <sys/mman.h>

#include "guest.h"

static uint64_t hash = kHashStart;
static void* page;

struct Note {
  uint32_t magic, bytes_with_end;
  uint64_t states;
  uint32_t bytes;
};

static void on_fault(int, siginfo_t*, void* context) {
  auto* user = static_cast<ucontext_t*>(context);
  auto* area = reinterpret_cast<uint8_t*>(user->uc_mcontext.fpregs);
  Note note;
  memcpy(&note, area + 464, sizeof note);
  unsigned a = 0, b = 0, c = 0, d = 0;
  __get_cpuid_count(0xd, 0, &a, &b, &c, &d);
  expect(note.magic == 0x46505853 && note.bytes >= 576 && note.bytes_with_end == note.bytes + 4);
  expect(note.bytes <= c && (note.states & 3) == 3);
  uint32_t end = 0;
  memcpy(&end, area + note.bytes, sizeof end);
  expect(end == 0x46505845);
  hash = hash_bytes(area, note.bytes, hash);
  memcpy(area + 160 + 16 * 15, "fifteen, changed", 16);  // xmm15
  mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

/// Stores to the page, with `text` in xmm14 and xmm15, and returns what they hold after it.
static void touch(const char* text, char (&low)[16], char (&high)[16]) {
  asm volatile(
      "movups (%1), %%xmm14; movups (%1), %%xmm15; fldpi; fstp %%st(0)\n"
      "movl $1, (%0)\n"
      "movups %%xmm14, (%2); movups %%xmm15, (%3)"
      :
      : "r"(page), "r"(text), "r"(low), "r"(high)
      : "xmm14", "xmm15", "memory");
}

int main() {
  struct sigaction action{};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = on_fault;
  sigaction(SIGSEGV, &action, nullptr);
  page = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 50; ++i) {
    expect(mprotect(page, 4096, PROT_READ) == 0);
    char low[16], high[16];
    if (i % 2 != 0) sleep_ms(1);  // the scheduler's turn
    touch("sixteen letters.", low, high);
    expect(memcmp(low, "sixteen letters.", 16) == 0 && memcmp(high, "fifteen, changed", 16) == 0);
  }
  show("frames", hash);
  return done();
}
