// mremap: grow in place or by moving, shrink, move to a fixed place, keep the old (DONTUNMAP).
#include <sys/mman.h>

#include "guest.h"

static char* map(size_t size) {
  void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  expect(at != MAP_FAILED);
  return static_cast<char*>(at);
}

int main() {
  char* block = map(8192);
  strcpy(block + 4096, "content");
  for (size_t size = 16384; size <= 1 << 24; size *= 4) {
    const size_t old = size / 4 < 8192 ? 8192 : size / 4;
    block = static_cast<char*>(mremap(block, old, size, MREMAP_MAYMOVE));
    expect(block != MAP_FAILED && std::string(block + 4096) == "content");
    expect(block[size - 1] == 0);
    show("at", reinterpret_cast<uintptr_t>(block));
  }
  expect(mremap(block, 1 << 24, 8192, 0) == block);
  char* place = map(8192);
  expect(mremap(block, 8192, 8192, MREMAP_MAYMOVE | MREMAP_FIXED, place) == place);
  expect(std::string(place + 4096) == "content");
  const int keep = MREMAP_MAYMOVE | MREMAP_DONTUNMAP;
  char* kept = static_cast<char*>(mremap(place, 8192, 8192, keep, nullptr));
  expect(kept != MAP_FAILED && std::string(kept + 4096) == "content" && place[4096] == 0);
  expect(mremap(place, 8192, 1 << 20, 0) == MAP_FAILED || place[8192] == 0);
  return done();
}
