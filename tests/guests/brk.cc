// brk and sbrk grow and shrink the heap; new pages are zeros, also those that come back.
#include "guest.h"

int main() {
  char* start = static_cast<char*>(sbrk(0));
  for (int round = 0; round < 3; ++round) {
    char* block = static_cast<char*>(sbrk(1 << 20));
    expect(block == start);
    for (int i = 0; i < 1 << 20; i += 4096) {
      expect(block[i] == 0);
      block[i] = 1;
    }
    expect(brk(start + 5000) == 0 && sbrk(0) == start + 5000);
    expect(brk(start) == 0);
  }
  show("heap", reinterpret_cast<uintptr_t>(start));
  return done();
}
