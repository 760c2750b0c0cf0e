// timer_create with SIGEV_THREAD: the C library starts threads for it.
#include <signal.h>

#include <atomic>

#include "guest.h"

static std::atomic<int> calls;

int main() {
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD;
  event.sigev_notify_function = [](sigval value) { calls += value.sival_int; };
  event.sigev_value.sival_int = 2;
  timer_t timer;
  expect(timer_create(CLOCK_REALTIME, &event, &timer) == 0);
  const itimerspec often{{0, 5'000'000}, {0, 5'000'000}};
  expect(timer_settime(timer, 0, &often, nullptr) == 0);
  while (calls < 6) sleep_ms(1);
  expect(timer_delete(timer) == 0);
  return done();
}
