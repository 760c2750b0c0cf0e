// Signals sent to one thread reach that thread: in a futex, in read, in a loop without calls.
#include <poll.h>
#include <signal.h>

#include <atomic>
#include <thread>

#include "guest.h"

static thread_local std::atomic<int> mine;
static std::atomic<int> taken;

static void body(int kind) {
  while (mine < 3) {
    if (kind == 0) poll(nullptr, 0, 1000);
    if (kind == 1) usleep(1000);
  }
}

int main() {
  signal(SIGUSR1, [](int) {
    ++mine;
    ++taken;
  });
  uint64_t sent = 0;
  for (int kind = 0; kind < 3; ++kind) {
    std::thread thread(body, kind);
    const int before = taken;
    while (taken < before + 3) {
      const int now = taken;
      expect(pthread_kill(thread.native_handle(), SIGUSR1) == 0);
      ++sent;
      while (taken == now) sleep_ms(1);
    }
    thread.join();
  }
  expect(mine == 0);
  show("sent", sent);
  return done();
}
