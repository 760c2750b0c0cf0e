// Three threads meet at a barrier 300 times; which one is the serial thread is hashed.
#include <pthread.h>

#include "guest.h"

static pthread_barrier_t barrier;
static int phase[3];
static uint64_t serial = kHashStart;

static void* walk(void* arg) {
  const auto me = reinterpret_cast<intptr_t>(arg);
  for (int i = 0; i < 300; ++i) {
    phase[me] = i;
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) {
      serial = hash_bytes(&me, sizeof me, serial);
    }
    for (int other : phase) expect(other == i);
    pthread_barrier_wait(&barrier);
  }
  return nullptr;
}

int main() {
  pthread_barrier_init(&barrier, nullptr, 3);
  pthread_t threads[3];
  for (intptr_t i = 0; i < 3; ++i) {
    expect(pthread_create(&threads[i], nullptr, walk, reinterpret_cast<void*>(i)) == 0);
  }
  for (auto thread : threads) pthread_join(thread, nullptr);
  show("serial", serial);
  return done();
}
