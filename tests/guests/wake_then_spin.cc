// A thread wakes another, then computes until the other has answered: it makes no call meanwhile.
#include <semaphore.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "guest.h"

static sem_t g_awake;
static std::atomic<int> g_answers;

static void wake_and_spin(int rounds) {
  for (int i = 0; i < rounds; ++i) {
    usleep(1000);  // the other waits by then
    sem_post(&g_awake);
    while (g_answers.load() <= i) {
    }
  }
}

int main() {
  constexpr int kRounds = 5;
  expect(sem_init(&g_awake, 0, 0) == 0);
  std::thread spinner(wake_and_spin, kRounds);
  for (int i = 0; i < kRounds; ++i) {
    while (sem_wait(&g_awake) != 0) {
    }
    g_answers.fetch_add(1);
  }
  spinner.join();
  expect(g_answers.load() == kRounds);
  return done();
}
