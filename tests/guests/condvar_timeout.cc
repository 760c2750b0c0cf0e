// pthread_cond_timedwait on both clocks ends with ETIMEDOUT, not before its time.
#include <pthread.h>

#include "guest.h"

static void wait_on(clockid_t clock) {
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t never;
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, clock);
  pthread_cond_init(&never, &attributes);
  timespec end{};
  clock_gettime(clock, &end);
  end.tv_nsec += 20'000'000;
  if (end.tv_nsec >= 1'000'000'000) {
    end.tv_nsec -= 1'000'000'000;
    ++end.tv_sec;
  }
  const uint64_t begin = now_ns();
  pthread_mutex_lock(&lock);
  expect(pthread_cond_timedwait(&never, &lock, &end) == ETIMEDOUT);
  pthread_mutex_unlock(&lock);
  const uint64_t waited = now_ns() - begin;
  expect(waited > 15'000'000);
  show("waited ns", waited);
}

int main() {
  wait_on(CLOCK_MONOTONIC);
  wait_on(CLOCK_REALTIME);
  return done();
}
