// exit while threads block in read, in a futex, in poll and in a loop without calls.
// status: 3
#include <poll.h>
#include <pthread.h>

#include <thread>

#include "guest.h"

int main() {
  int ends[2];
  expect(pipe(ends) == 0);
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&lock);
  std::thread([&] {
    char byte;
    (void)!read(ends[0], &byte, 1);
  }).detach();
  std::thread([] { pthread_mutex_lock(&lock); }).detach();
  std::thread([] { poll(nullptr, 0, -1); }).detach();
  std::thread(spin).detach();
  sleep_ms(20);
  done();
  exit(3);
}
