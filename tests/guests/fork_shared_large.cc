// A child writes here and there into 64 MiB that it shares with the program.
#include <sys/mman.h>
#include <sys/wait.h>

#include "guest.h"

int main() {
  constexpr size_t kBytes = 64 << 20, kStep = 1'000'003;
  void* map = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  expect(map != MAP_FAILED);
  auto* bytes = static_cast<unsigned char*>(map);
  uint64_t hash = kHashStart;
  for (int i = 0; i < 10; ++i) {
    const pid_t child = fork();
    expect(child >= 0);
    if (child == 0) {
      for (size_t at = static_cast<size_t>(i); at + 8 < kBytes; at += kStep) {
        const uint64_t now = now_ns();
        memcpy(bytes + at, &now, sizeof now);
      }
      memset(bytes + 4096 * i, static_cast<int>(now_ns()), 3 << 20);
      _exit(0);
    }
    expect(waitpid(child, nullptr, 0) == child);
    hash = hash_bytes(bytes, kBytes / 16, hash);
    for (size_t at = 0; at + 8 < kBytes; at += kStep) hash = hash_bytes(bytes + at, 16, hash);
  }
  show("what they wrote", hash);
  return done();
}
