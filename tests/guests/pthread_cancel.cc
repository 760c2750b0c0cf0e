// pthread_cancel: at a blocking call, and in a loop without calls; clean-up handlers run.
#include <pthread.h>

#include "guest.h"

static int cleaned;

static void clean_up(void*) {
  ++cleaned;
}

static void* wait_in_read(void* arg) {
  pthread_cleanup_push(clean_up, nullptr);
  char byte;
  expect(read(*static_cast<int*>(arg), &byte, 1) == 1);
  pthread_cleanup_pop(0);
  return nullptr;
}

static void* spin_on(void*) {
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, nullptr);
  spin();
}

int main() {
  int ends[2];
  expect(pipe(ends) == 0);
  void* (*bodies[])(void*) = {wait_in_read, spin_on};
  for (auto body : bodies) {
    for (long delay : {0L, 10L}) {
      pthread_t thread;
      expect(pthread_create(&thread, nullptr, body, &ends[0]) == 0);
      sleep_ms(delay);
      expect(pthread_cancel(thread) == 0);
      void* result = nullptr;
      expect(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
    }
  }
  show("cleaned", static_cast<uint64_t>(cleaned));
  return done();
}
