// pthread_mutex_timedlock, timed_mutex and try_lock on a mutex that another thread holds.
#include <atomic>
#include <mutex>
#include <thread>

#include "guest.h"

int main() {
  std::timed_mutex lock;
  std::atomic<bool> tried = false;
  lock.lock();
  std::thread other([&] {
    expect(!lock.try_lock());
    const uint64_t begin = now_ns();
    expect(!lock.try_lock_for(std::chrono::milliseconds(20)));
    expect(now_ns() - begin >= 20'000'000);
    show("waited ns", now_ns() - begin);
    tried = true;
    lock.lock();
    lock.unlock();
  });
  while (!tried) sleep_ms(2);
  lock.unlock();
  other.join();
  return done();
}
