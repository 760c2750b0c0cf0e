// Recorded processes that share memory wait for each other with calls: semaphores, a mapped file.
// record: --follow
// processes: 3
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "guest.h"

struct Shared {
  sem_t ping, pong;
  uint64_t numbers[512];
};

int main() {
  TempFile file;
  expect(ftruncate(file.fd, sizeof(Shared)) == 0);
  auto* shared = static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, file.fd, 0));
  expect(shared != MAP_FAILED && sem_init(&shared->ping, 1, 0) == 0);
  expect(sem_init(&shared->pong, 1, 0) == 0);
  for (int round = 0; round < 2; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      for (uint64_t i = 0; i < 100; ++i) {
        expect(sem_wait(&shared->ping) == 0);
        const uint64_t sum = shared->numbers[i] + i;
        shared->numbers[i] = sum;
        expect(sem_post(&shared->pong) == 0);
      }
      _exit(0);
    }
    for (uint64_t i = 0; i < 100; ++i) {
      const uint64_t mine = now_ns();
      shared->numbers[i] = mine;
      expect(sem_post(&shared->ping) == 0 && sem_wait(&shared->pong) == 0);
      expect(shared->numbers[i] == mine + i);
    }
    expect(waitpid(child, nullptr, 0) == child);
  }
  unlink(file.path.c_str());
  return done();
}
