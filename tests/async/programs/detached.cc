// Detached coroutines: they start at once, nobody awaits them, they destroy themselves at their
// end; some are still waiting when the program ends.
// replayed: -O0 -O2
#include <coroutine>
#include <exception>

#include "oracle.h"
#include "task.h"

struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

static ReadyQueue g_ready;
static int g_ended = 0;

static Detached spark(int parent, int generation) {
  oracle::Life life("spark", parent);
  life.suspend();
  co_await g_ready.turn();
  life.resume();
  for (int i = 0; i < generation; ++i) spark(life.id(), generation - 1);
  ++g_ended;
  life.done();
}

static Detached forgotten(int parent) {
  oracle::Life life("forgotten", parent);
  life.suspend();
  co_await std::suspend_always{};
  life.resume();
  life.done();
}

static Detached starter() {
  oracle::Life life("starter", 0);
  for (int i = 0; i < 3; ++i) spark(life.id(), 3);
  for (int i = 0; i < 2; ++i) forgotten(life.id());
  life.suspend();
  co_await g_ready.turn();
  life.resume();
  life.done();
}

int main() {
  starter();
  g_ready.run();
  return g_ended == 3 * (1 + 3 + 3 * 2 + 3 * 2 * 1) ? 0 : 1;
}
