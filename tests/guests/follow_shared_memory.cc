// Recorded processes share a mapped file, and tell each other through pipes what is in it.
// record: --follow
// processes: 3
#include <sys/mman.h>
#include <sys/wait.h>

#include "guest.h"

constexpr uint64_t kRounds = 100;

int main() {
  TempFile file;
  expect(ftruncate(file.fd, 8192) == 0);
  auto* numbers =
      static_cast<uint64_t*>(mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd, 0));
  expect(numbers != MAP_FAILED);
  int ping[2], pong[2];
  expect(pipe(ping) == 0 && pipe(pong) == 0);
  char byte = 0;
  for (int round = 0; round < 2; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      for (uint64_t i = 0; i < kRounds; ++i) {
        expect(read(ping[0], &byte, 1) == 1);
        numbers[i] += i;
        expect(write(pong[1], &byte, 1) == 1);
      }
      _exit(0);
    }
    for (uint64_t i = 0; i < kRounds; ++i) {
      const uint64_t mine = now_ns();
      numbers[i] = mine;
      expect(write(ping[1], &byte, 1) == 1 && read(pong[0], &byte, 1) == 1);
      expect(numbers[i] == mine + i);
    }
    int status = -1;
    expect(waitpid(child, &status, 0) == child && status == 0);
  }
  show("last", numbers[kRounds - 1]);
  unlink(file.path.c_str());
  return done();
}
