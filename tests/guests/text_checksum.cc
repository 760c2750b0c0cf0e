// A program that checks its own text: it sees what weft has changed there, and replay sees the
// same, at each moment of several threads.
#include <sys/stat.h>

#include <thread>
#include <vector>

#include "guest.h"

/// A hash of all text of files that is mapped now.
static uint64_t text_hash() {
  FILE* maps = fopen("/proc/self/maps", "r");
  expect(maps != nullptr);
  char line[4096];
  uint64_t hash = kHashStart;
  while (fgets(line, sizeof line, maps) != nullptr) {
    unsigned long begin = 0, end = 0;
    char protection[5] = {};
    expect(sscanf(line, "%lx-%lx %4s", &begin, &end, protection) == 3);
    if (strcmp(protection, "r-xp") != 0 || strchr(line, '/') == nullptr) continue;
    hash = hash_bytes(reinterpret_cast<const void*>(begin), end - begin, hash);
  }
  fclose(maps);
  return hash;
}

int main() {
  show("at first", text_hash());
  uint64_t seen[3] = {};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([i, &seen] {
      sleep_ms(i);
      struct stat status{};
      if (i == 0) getppid();
      if (i == 1) close(dup(0));
      if (i == 2) expect(stat("/", &status) == 0);
      seen[i] = text_hash();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const uint64_t hash : seen) show("in a thread", hash);
  show("at last", text_hash());
  return done();
}
