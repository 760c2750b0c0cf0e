// makecontext and swapcontext: the program switches stacks, with calls on each of them.
#include <ucontext.h>

#include "guest.h"

static ucontext_t main_context, fibers[3];
alignas(16) static char stacks[3][32 * 1024];
static uint64_t times = kHashStart;
static int steps;

static void run(int me) {
  for (int i = 0; i < 50; ++i) {
    const uint64_t now = now_ns();
    times = hash_bytes(&now, sizeof now, times);
    ++steps;
    swapcontext(&fibers[me], me == 2 ? &main_context : &fibers[me + 1]);
  }
}

int main() {
  for (int i = 0; i < 3; ++i) {
    getcontext(&fibers[i]);
    fibers[i].uc_stack = {stacks[i], 0, sizeof stacks[i]};
    fibers[i].uc_link = nullptr;
    makecontext(&fibers[i], reinterpret_cast<void (*)()>(run), 1, i);
  }
  for (int i = 0; i < 50; ++i) expect(swapcontext(&main_context, &fibers[0]) == 0);
  expect(steps == 150);
  show("times", times);
  return done();
}
