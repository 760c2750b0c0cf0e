// timer_create with SIGEV_SIGNAL and SIGEV_THREAD_ID, a periodic one, timer_gettime and overrun.
#include <signal.h>

#include "guest.h"

static volatile sig_atomic_t taken;
static volatile int value_seen;

int main() {
  struct sigaction action{};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t* info, void*) {
    expect(info->si_code == SI_TIMER);
    value_seen = info->si_value.sival_int;
    taken = taken + 1;
  };
  sigaction(SIGRTMIN + 2, &action, nullptr);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGRTMIN + 2;
  event.sigev_value.sival_int = 77;
  timer_t timer;
  expect(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
  const itimerspec often{{0, 3'000'000}, {0, 3'000'000}};
  expect(timer_settime(timer, 0, &often, nullptr) == 0);
  while (taken < 4) usleep(10'000);
  itimerspec left{};
  expect(timer_gettime(timer, &left) == 0 && left.it_interval.tv_nsec == 3'000'000);
  show("left", static_cast<uint64_t>(left.it_value.tv_nsec));
  show("overrun", static_cast<uint64_t>(timer_getoverrun(timer)));
  expect(timer_delete(timer) == 0 && value_seen == 77);
  return done();
}
