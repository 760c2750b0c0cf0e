// Threads with the smallest stack that pthread allows make calls and take a signal.
#include <limits.h>
#include <pthread.h>
#include <signal.h>

#include "guest.h"

static volatile sig_atomic_t taken;

static void* body(void* arg) {
  for (int i = 0; i < 100; ++i) {
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    sched_yield();
  }
  if (arg != nullptr) raise(SIGUSR1);
  return nullptr;
}

int main() {
  signal(SIGUSR1, [](int) { taken = taken + 1; });
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  expect(pthread_attr_setstacksize(&attributes, static_cast<size_t>(PTHREAD_STACK_MIN)) == 0);
  pthread_t threads[8];
  int signals = 8;
  for (auto& thread : threads) {
    expect(pthread_create(&thread, &attributes, body, &signals) == 0);
  }
  for (auto thread : threads) pthread_join(thread, nullptr);
  expect(taken == signals);
  return done();
}
