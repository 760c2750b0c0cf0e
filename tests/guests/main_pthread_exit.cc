// The main thread leaves by pthread_exit while two others go on; the last of them prints.
#include <pthread.h>

#include <atomic>

#include "guest.h"

static std::atomic<int> left = 2;

static void* body(void*) {
  for (int i = 0; i < 20; ++i) sleep_ms(1);
  if (--left == 0) done();
  return nullptr;
}

int main() {
  pthread_t threads[2];
  for (auto& thread : threads) expect(pthread_create(&thread, nullptr, body, nullptr) == 0);
  pthread_exit(nullptr);
}
