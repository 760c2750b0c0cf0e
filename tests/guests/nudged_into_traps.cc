// Threads that spin for each other come to calls that trap just when the recorder stops them.
#include <sys/syscall.h>

#include <atomic>
#include <thread>

#include "guest.h"

static std::atomic<uint32_t> turn;

/// A site that cannot be patched: its number does not come from a mov in front of it.
static long ask_for_parent() {
  long number = SYS_getppid, result;
  asm volatile("nop; syscall; nop" : "=a"(result) : "a"(number) : "rcx", "r11", "memory");
  return result;
}

static void play(uint32_t self) {
  const long parent = getppid();
  for (uint32_t round = 0; round < 100; ++round) {
    while (turn.load(std::memory_order_relaxed) % 2 != self) {
    }
    expect(ask_for_parent() == parent);
    turn.fetch_add(1);
  }
}

int main() {
  std::thread other(play, 1);
  play(0);
  other.join();
  show("turns", turn);
  return done();
}
