// Four threads count under one mutex; the order in which they came is hashed.
#include <pthread.h>

#include "guest.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counter;
static uint64_t order = kHashStart;

static void* count(void* name) {
  for (int i = 0; i < 5000; ++i) {
    pthread_mutex_lock(&lock);
    ++counter;
    order = hash_bytes(&name, sizeof name, order);
    pthread_mutex_unlock(&lock);
  }
  return nullptr;
}

int main() {
  pthread_t threads[4];
  for (int i = 0; i < 4; ++i) expect(pthread_create(&threads[i], nullptr, count, threads + i) == 0);
  for (auto thread : threads) pthread_join(thread, nullptr);
  expect(counter == 20000);
  show("order", order);
  return done();
}
