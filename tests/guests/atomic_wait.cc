// C++20 std::atomic wait and notify, on a word that is a futex and on one that is not.
#include <atomic>
#include <thread>

#include "guest.h"

template <typename Number>
static void play() {
  std::atomic<Number> turn = 0;
  auto half = [&](Number me) {
    for (int i = 0; i < 300; ++i) {
      for (Number now = turn; now % 2 != me; now = turn) turn.wait(now);
      ++turn;
      turn.notify_all();
    }
  };
  std::thread other(half, Number{1});
  half(Number{0});
  other.join();
  expect(turn == 600);
}

int main() {
  play<int>();
  play<long>();
  std::atomic_flag flag;
  std::thread setter([&] {
    flag.test_and_set();
    flag.notify_one();
  });
  flag.wait(false);
  setter.join();
  return done();
}
