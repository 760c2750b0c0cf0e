// Children write into memory that they share with the program, which waits for each: on a
// semaphore in that memory, in a pipe, and for the end.
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "guest.h"

struct Shared {
  sem_t done;
  uint64_t values[100];
};

static void* share(size_t bytes) {
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  expect(at != MAP_FAILED);
  return at;
}

int main() {
  auto* shared = static_cast<Shared*>(share(sizeof(Shared)));
  int channel[2];
  expect(sem_init(&shared->done, 1, 0) == 0 && pipe(channel) == 0);
  uint64_t hash = kHashStart;
  for (int i = 0; i < 20; ++i) {
    const pid_t child = fork();
    expect(child >= 0);
    if (child == 0) {
      for (uint64_t& value : shared->values) value = now_ns();
      sem_post(&shared->done);
      (void)!read(channel[0], &hash, 1);
      shared->values[0] = now_ns();
      _exit(0);
    }
    expect(sem_wait(&shared->done) == 0);
    hash = hash_bytes(shared->values, sizeof shared->values, hash);
    expect(write(channel[1], "x", 1) == 1 && waitpid(child, nullptr, 0) == child);
    hash = hash_bytes(shared->values, sizeof shared->values, hash);
  }
  show("what they wrote", hash);
  return done();
}
