// Two threads hand a token to and fro through one condition variable.
#include <pthread.h>

#include "guest.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static int token;
static int woken;

static void play(int parity) {
  pthread_mutex_lock(&lock);
  while (token < 2000) {
    while (token % 2 != parity && token < 2000) {
      pthread_cond_wait(&moved, &lock);
      ++woken;
    }
    if (token < 2000) ++token;
    pthread_cond_signal(&moved);
  }
  pthread_mutex_unlock(&lock);
}

int main() {
  pthread_t other;
  auto body = [](void*) -> void* {
    play(1);
    return nullptr;
  };
  expect(pthread_create(&other, nullptr, body, nullptr) == 0);
  play(0);
  pthread_join(other, nullptr);
  expect(token == 2000);
  show("woken", static_cast<uint64_t>(woken));
  return done();
}
