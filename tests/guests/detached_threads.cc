// Two hundred detached threads that nobody joins; the main thread waits for their count only.
#include <pthread.h>

#include <atomic>

#include "guest.h"

static std::atomic<int> ended;

static void* body(void* arg) {
  if (reinterpret_cast<intptr_t>(arg) % 7 == 0) sleep_ms(1);
  ++ended;
  return nullptr;
}

int main() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  int most = 0;
  for (intptr_t i = 0; i < 200; ++i) {
    pthread_t thread;
    expect(pthread_create(&thread, i % 2 ? &attributes : nullptr, body,
                          reinterpret_cast<void*>(i)) == 0);
    if (i % 2 == 0) pthread_detach(thread);
    most = std::max(most, static_cast<int>(i) - ended.load());
  }
  while (ended < 200) sleep_ms(1);
  show("most at once", static_cast<uint64_t>(most));
  return done();
}
