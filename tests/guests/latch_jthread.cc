// std::jthread with stop tokens, std::latch, std::barrier and std::counting_semaphore.
#include <atomic>
#include <barrier>
#include <latch>
#include <semaphore>
#include <thread>
#include <vector>

#include "guest.h"

int main() {
  std::latch ready(4);
  std::counting_semaphore<8> tickets(2);
  std::atomic<int> completions = 0;
  std::barrier meet(3, [&]() noexcept { ++completions; });
  std::atomic<uint64_t> loops = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&](std::stop_token stop) {
        ready.arrive_and_wait();
        for (int round = 0; round < 50; ++round) {
          tickets.acquire();
          tickets.release();
          meet.arrive_and_wait();
        }
        while (!stop.stop_requested()) {
          ++loops;
          std::this_thread::yield();
        }
      });
    }
    ready.arrive_and_wait();
    sleep_ms(5);
  }
  expect(completions == 50);
  show("loops", loops);
  return done();
}
