// Lazy coroutines of an own type: a tree of them, values, turns that interleave two trees, and
// chains of 1,000 that end by symmetric transfer.
// replayed: -O0 -O2
#include "oracle.h"
#include "task.h"

static ReadyQueue g_ready;

static Task<int> leaf(int parent, int turns) {
  oracle::Life life("leaf", parent);
  for (int i = 0; i < turns; ++i) {
    life.suspend();
    co_await g_ready.turn();
    life.resume();
  }
  life.done();
  co_return turns;
}

static Task<int> branch(int parent, int depth) {
  oracle::Life life("branch", parent);
  int sum = 0;
  for (int i = 0; i < 3; ++i) {
    life.suspend();
    if (depth == 0) {
      sum += co_await leaf(life.id(), i);
    } else {
      sum += co_await branch(life.id(), depth - 1);
    }
    life.resume();
  }
  life.done();
  co_return sum;
}

static Task<int> chain(int parent, int length) {
  oracle::Life life("chain", parent);
  int below = 0;
  if (length > 1) {
    life.suspend();
    below = co_await chain(life.id(), length - 1);
    life.resume();
  }
  life.done();
  co_return below + 1;
}

static Task<int> root(int& result, int depth) {
  oracle::Life life("root", 0);
  life.suspend();
  result += co_await branch(life.id(), depth);
  life.resume();
  life.suspend();
  result += co_await chain(life.id(), 1000);
  life.resume();
  life.done();
  co_return result;
}

int main() {
  int result = 0;
  auto first = root(result, 2);
  auto second = root(result, 1);
  first.start();
  second.start();
  g_ready.run();
  return result == 27 + 9 + 2000 ? 0 : 1;
}
