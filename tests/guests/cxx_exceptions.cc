// Exceptions through many frames, with destructors on the way, rethrown and nested, in two threads.
#include <stdexcept>
#include <thread>

#include "guest.h"

static thread_local int destroyed;

struct Local {
  ~Local() { ++destroyed; }
};

static int descend(int depth) {
  Local local;
  if (depth == 0) throw std::out_of_range("at the bottom");
  return descend(depth - 1) + 1;
}

static void throw_often() {
  for (int i = 0; i < 200; ++i) {
    destroyed = 0;
    bool caught = false;
    try {
      try {
        descend(i % 50);
      } catch (const std::logic_error&) {
        sched_yield();
        throw;
      }
    } catch (const std::out_of_range& error) {
      caught = std::string(error.what()) == "at the bottom";
    }
    expect(caught && destroyed == i % 50 + 1);
  }
}

int main() {
  std::thread other(throw_often);
  throw_often();
  other.join();
  return done();
}
