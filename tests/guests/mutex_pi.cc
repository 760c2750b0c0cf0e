// A priority-inheriting mutex: the kernel, not the program, hands it over.
#include <pthread.h>

#include "guest.h"

static pthread_mutex_t lock;
static int counter;

static void* count(void*) {
  for (int i = 0; i < 500; ++i) {
    expect(pthread_mutex_lock(&lock) == 0);
    const int before = counter;
    if (i % 50 == 0) sched_yield();
    counter = before + 1;
    expect(pthread_mutex_unlock(&lock) == 0);
  }
  return nullptr;
}

int main() {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
  expect(pthread_mutex_init(&lock, &attributes) == 0);
  pthread_t threads[3];
  for (auto& thread : threads) expect(pthread_create(&thread, nullptr, count, nullptr) == 0);
  for (auto thread : threads) pthread_join(thread, nullptr);
  expect(counter == 1500);
  pthread_mutex_lock(&lock);
  auto try_late = [](void*) -> void* {
    timespec end{};
    clock_gettime(CLOCK_REALTIME, &end);
    expect(pthread_mutex_timedlock(&lock, &end) == ETIMEDOUT);
    return nullptr;
  };
  pthread_create(&threads[0], nullptr, try_late, nullptr);
  pthread_join(threads[0], nullptr);
  return done();
}
