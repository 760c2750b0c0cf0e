// std::shared_mutex and condition_variable_any between readers and a writer.
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "guest.h"

int main() {
  std::shared_mutex lock;
  std::condition_variable_any changed;
  int value = 0;
  std::thread readers[3];
  for (auto& reader : readers) {
    reader = std::thread([&] {
      std::shared_lock held(lock);
      int last = 0;
      uint64_t seen = kHashStart;
      while (last < 100) {
        changed.wait(held, [&] { return value > last; });
        last = value;
        seen = hash_bytes(&last, sizeof last, seen);
      }
      show("seen", seen);
    });
  }
  for (int i = 0; i < 100; ++i) {
    {
      std::unique_lock held(lock);
      ++value;
    }
    changed.notify_all();
  }
  for (auto& reader : readers) reader.join();
  return done();
}
