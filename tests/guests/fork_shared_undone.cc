// A child undoes what the program has written to shared memory: nothing has changed, yet much has.
#include <sys/mman.h>
#include <sys/wait.h>

#include <atomic>

#include "guest.h"

constexpr int kWords = 8192, kRounds = 20;

int main() {
  void* memory = mmap(nullptr, kWords * sizeof(int), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  expect(memory != MAP_FAILED);
  auto* words = static_cast<std::atomic<int>*>(memory);
  int to_child[2], to_parent[2];
  expect(pipe(to_child) == 0 && pipe(to_parent) == 0);
  for (int i = 0; i < kWords; i += 1000) words[i] = 7;
  char byte = 0;
  const pid_t child = fork();
  if (child == 0) {
    for (int round = 0; round < kRounds; ++round) {
      if (read(to_child[0], &byte, 1) != 1) _exit(1);
      for (int i = 0; i < kWords; i += 1000) --words[i];
      if (write(to_parent[1], &byte, 1) != 1) _exit(1);
    }
    _exit(0);
  }
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 0; i < kWords; i += 1000) ++words[i];
    // The write wakes the child, which may be through before this call's event is written.
    expect(write(to_child[1], &byte, 1) == 1);
    expect(read(to_parent[0], &byte, 1) == 1);
    for (int i = 0; i < kWords; i += 1000) expect(words[i] == 7);
    show("sum", static_cast<uint64_t>(words[0] + getpid()));
  }
  // As an atomic that only the child waits for.
  std::atomic<int>& semaphore = words[1];
  const pid_t second = fork();
  if (second == 0) {
    for (int round = 0; round < kRounds; ++round) {
      while (semaphore != 1) {
      }
      semaphore = 0;
      if (write(to_parent[1], &byte, 1) != 1) _exit(1);
    }
    _exit(0);
  }
  for (int round = 0; round < kRounds; ++round) {
    semaphore = 1;
    expect(read(to_parent[0], &byte, 1) == 1);
    expect(semaphore == 0);
    show("semaphore", static_cast<uint64_t>(semaphore + second));
  }
  // A file that is mapped when there are children already keeps what it holds.
  TempFile file;
  const uint64_t time = now_ns();
  expect(pwrite(file.fd, &time, sizeof time, 4096) == sizeof time);
  auto* mapped =
      static_cast<uint64_t*>(mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd, 0));
  expect(mapped != MAP_FAILED);
  const bool kept = getppid() > 0 && mapped[512] == time;
  unlink(file.path.c_str());
  expect(kept);
  int status = 1;
  expect(waitpid(child, &status, 0) == child && status == 0);
  expect(waitpid(second, &status, 0) == second && status == 0);
  return done();
}
