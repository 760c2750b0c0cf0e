// A thread wakes another, then blocks in a call that only the other can end.
#include <semaphore.h>
#include <unistd.h>

#include <thread>

#include "guest.h"

static sem_t g_awake;
static int g_pipe[2];

static void wake_and_read(int rounds) {
  char byte;
  for (int i = 0; i < rounds; ++i) {
    usleep(1000);  // the other waits by then
    sem_post(&g_awake);
    if (read(g_pipe[0], &byte, 1) != 1) return;
  }
}

int main() {
  constexpr int kRounds = 20;
  expect(sem_init(&g_awake, 0, 0) == 0 && pipe(g_pipe) == 0);
  std::thread reader(wake_and_read, kRounds);
  int written = 0;
  for (int i = 0; i < kRounds; ++i) {
    while (sem_wait(&g_awake) != 0) {
    }
    written += static_cast<int>(write(g_pipe[1], "x", 1));
  }
  reader.join();
  expect(written == kRounds);
  return done();
}
