// Four threads race for std::call_once and for a static local; each happens once.
#include <mutex>
#include <thread>

#include "guest.h"

static int calls, constructions;

struct Slow {
  Slow() {
    sleep_ms(5);
    ++constructions;
  }
};

int main() {
  std::once_flag flag;
  std::thread threads[4];
  for (auto& thread : threads) {
    thread = std::thread([&] {
      std::call_once(flag, [] {
        sleep_ms(5);
        ++calls;
      });
      static Slow slow;
      expect(calls == 1 && constructions == 1);
    });
  }
  for (auto& thread : threads) thread.join();
  return done();
}
