// 5,000 threads, created and joined, up to ten at a time.
#include <pthread.h>

#include "guest.h"

static void* body(void* arg) {
  return static_cast<char*>(arg) + 1;
}

int main() {
  uint64_t handles = kHashStart;
  for (int round = 0; round < 500; ++round) {
    pthread_t threads[10];
    char names[10];
    for (int i = 0; i < 10; ++i) {
      expect(pthread_create(&threads[i], nullptr, body, &names[i]) == 0);
      handles = hash_bytes(&threads[i], sizeof threads[i], handles);
    }
    for (int i = 0; i < 10; ++i) {
      void* result = nullptr;
      expect(pthread_join(threads[i], &result) == 0 && result == &names[i] + 1);
    }
  }
  show("handles", handles);
  return done();
}
