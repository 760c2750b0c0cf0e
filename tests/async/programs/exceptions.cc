// Exceptions through coroutines: caught half-way up, thrown again as another, out of the body
// before the first suspension and after one.
// replayed: -O0 -O2
#include <stdexcept>
#include <string>

#include "oracle.h"
#include "task.h"

static ReadyQueue g_ready;

static Task<int> thrower(int parent, int number) {
  oracle::Life life("thrower", parent);
  if (number % 2 == 1) {
    life.suspend();
    co_await g_ready.turn();
    life.resume();
  }
  if (number % 4 != 0) throw std::out_of_range("no " + std::to_string(number));
  life.done();
  co_return number;
}

static Task<int> passer(int parent, int number) {
  oracle::Life life("passer", parent);
  life.suspend();
  const int value = co_await thrower(life.id(), number);
  life.resume();
  life.done();
  co_return value;
}

static Task<int> translator(int parent, int number) {
  oracle::Life life("translator", parent);
  try {
    life.suspend();
    const int value = co_await passer(life.id(), number);
    life.resume();
    life.done();
    co_return value;
  } catch (const std::out_of_range&) {
    life.resume();
    throw std::runtime_error("translated");
  }
}

static Task<int> catcher(int& caught) {
  oracle::Life life("catcher", 0);
  for (int i = 0; i < 12; ++i) {
    try {
      life.suspend();
      co_await translator(life.id(), i);
    } catch (const std::runtime_error&) {
      ++caught;
    }
    life.resume();
  }
  life.done();
  co_return caught;
}

int main() {
  int caught = 0;
  auto task = catcher(caught);
  task.start();
  g_ready.run();
  return caught == 9 ? 0 : 1;
}
