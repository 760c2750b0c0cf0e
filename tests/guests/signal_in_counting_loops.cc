// A timer's signals interrupt loops that count in all kinds of places: how far each came is seen.
#include <signal.h>
#include <sys/time.h>

#include <memory>

#include "guest.h"

static volatile sig_atomic_t taken;
static uint64_t in_global, behind_inner_loop;

static bool go_on() {
  return taken < 2;
}

static uint64_t in_register() {
  uint64_t n = 0;
  for (; go_on(); n = n * 3 + 1) asm volatile("" : "+r"(n));
  return n;
}

static uint64_t in_red_zone() {
  volatile uint64_t counts[8] = {};
  while (go_on()) counts[3] = counts[3] + 1;
  return counts[3];
}

static uint64_t in_global_alone() {
  for (; go_on(); ++in_global) asm volatile("" ::: "memory");
  return in_global;
}

static uint64_t in_global_behind_inner_loop() {
  for (; go_on(); ++behind_inner_loop) {
    for (volatile int i = 0; i < 1000;) i = i + 1;
  }
  return behind_inner_loop;
}

static uint64_t in_heap_behind_two_pointers() {
  const auto count = std::make_unique<uint64_t>();
  const auto pointer = std::make_unique<uint64_t* volatile>(count.get());
  while (go_on()) {
    for (int i = 0; i < 300; ++i) asm volatile("");
    ++**pointer;
  }
  return *count;
}

static uint64_t in_vector_register() {
  double sum = 1;
  for (; go_on(); sum = sum * 1.0000001 + 0.1) asm volatile("" : "+x"(sum));
  return hash_bytes(&sum, sizeof sum);
}

static uint64_t through_recursion(uint64_t n) {
  return n < 2 ? n : through_recursion(n - 1) + through_recursion(n - 2);
}

static uint64_t in_calls() {
  uint64_t n = 0;
  while (go_on()) n += through_recursion(12);
  return n;
}

static uint64_t in_string_instructions() {
  static char from[4096], to[4096];
  uint64_t n = 0;
  for (; go_on(); ++n) {
    void* target = to;
    const void* source = from;
    size_t count = sizeof from;
    asm volatile("rep movsb" : "+D"(target), "+S"(source), "+c"(count)::"memory");
    ++from[n % 100];
  }
  return n;
}

int main() {
  signal(SIGALRM, [](int) { taken = taken + 1; });
  const struct {
    const char* name;
    uint64_t (*loop)();
  } loops[] = {{"register", in_register},
               {"red_zone", in_red_zone},
               {"global", in_global_alone},
               {"inner_loop", in_global_behind_inner_loop},
               {"heap", in_heap_behind_two_pointers},
               {"vector", in_vector_register},
               {"calls", in_calls},
               {"string", in_string_instructions}};
  for (const auto& [name, loop] : loops) {
    taken = 0;
    itimerval timer{{0, 5000}, {0, 5000}};
    setitimer(ITIMER_REAL, &timer, nullptr);
    const uint64_t count = loop();
    timer = {};
    setitimer(ITIMER_REAL, &timer, nullptr);
    show(name, count);
  }
  return done();
}
