// A bounded buffer with two semaphores, and a sem_timedwait that ends by its time.
#include <pthread.h>
#include <semaphore.h>

#include "guest.h"

static sem_t filled, room;
static int buffer[8];

static void* produce(void*) {
  for (int i = 0; i < 1000; ++i) {
    sem_wait(&room);
    buffer[i % 8] = i;
    sem_post(&filled);
  }
  return nullptr;
}

int main() {
  sem_init(&filled, 0, 0);
  sem_init(&room, 0, 8);
  pthread_t producer;
  expect(pthread_create(&producer, nullptr, produce, nullptr) == 0);
  uint64_t level = kHashStart;
  for (int i = 0; i < 1000; ++i) {
    sem_wait(&filled);
    expect(buffer[i % 8] == i);
    int value = 0;
    sem_getvalue(&filled, &value);
    level = hash_bytes(&value, sizeof value, level);
    sem_post(&room);
  }
  pthread_join(producer, nullptr);
  show("levels", level);
  timespec end{};
  clock_gettime(CLOCK_REALTIME, &end);
  expect(sem_timedwait(&filled, &end) == -1 && errno == ETIMEDOUT);
  return done();
}
