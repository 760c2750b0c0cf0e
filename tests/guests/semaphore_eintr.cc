// A signal interrupts sem_wait, nanosleep and clock_nanosleep; the rest of the time is told.
#include <semaphore.h>
#include <signal.h>

#include "guest.h"

int main() {
  struct sigaction action{};
  action.sa_handler = [](int) {};
  sigaction(SIGALRM, &action, nullptr);
  sem_t never;
  sem_init(&never, 0, 0);
  ualarm(5'000, 5'000);
  expect(sem_wait(&never) == -1 && errno == EINTR);
  timespec time{1, 0}, rest{};
  expect(nanosleep(&time, &rest) == -1 && errno == EINTR);
  expect(rest.tv_sec == 0 && rest.tv_nsec > 0);
  show("rest", static_cast<uint64_t>(rest.tv_nsec));
  expect(clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &rest) == EINTR);
  return done();
}
