// One-shot epoll between three threads: each arrival is handled by exactly one of them.
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <atomic>
#include <thread>

#include "guest.h"

static std::atomic<int> handled, inside;

int main() {
  const int epoll = epoll_create1(0), counter = eventfd(0, EFD_SEMAPHORE | EFD_NONBLOCK);
  epoll_event interest{EPOLLIN | EPOLLONESHOT, {.fd = counter}};
  expect(epoll_ctl(epoll, EPOLL_CTL_ADD, counter, &interest) == 0);
  std::thread threads[3];
  for (auto& thread : threads) {
    thread = std::thread([&] {
      uint64_t mine = 0;
      while (handled < 300) {
        epoll_event event;
        if (epoll_wait(epoll, &event, 1, 10) != 1) continue;
        expect(++inside == 1);
        uint64_t value;
        expect(read(counter, &value, 8) == 8 && value == 1);
        ++mine;
        ++handled;
        --inside;
        expect(epoll_ctl(epoll, EPOLL_CTL_MOD, counter, &interest) == 0);
      }
      show("mine", mine);
    });
  }
  for (uint64_t i = 0, one = 1; i < 300; ++i) expect(write(counter, &one, 8) == 8);
  for (auto& thread : threads) thread.join();
  expect(handled == 300);
  return done();
}
