// A thread dies with a robust mutex held: the next owner learns it, also one that already waits.
#include <pthread.h>

#include "guest.h"

static pthread_mutex_t lock;

static void* die_with_it(void*) {
  pthread_mutex_lock(&lock);
  sleep_ms(20);
  return nullptr;
}

int main() {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  expect(pthread_mutex_init(&lock, &attributes) == 0);
  for (int waiting = 0; waiting < 2; ++waiting) {
    pthread_t thread;
    expect(pthread_create(&thread, nullptr, die_with_it, nullptr) == 0);
    if (waiting == 0) pthread_join(thread, nullptr);
    if (waiting == 1) sleep_ms(5);
    const int result = pthread_mutex_lock(&lock);
    expect(result == EOWNERDEAD || (waiting == 1 && result == 0));
    show("owner died", result == EOWNERDEAD);
    if (result == EOWNERDEAD) expect(pthread_mutex_consistent(&lock) == 0);
    expect(pthread_mutex_unlock(&lock) == 0);
    if (waiting == 1) pthread_join(thread, nullptr);
  }
  return done();
}
