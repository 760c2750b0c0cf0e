// MAP_32BIT with an address that is free, one that is taken, and none.
#include <sys/mman.h>

#include "guest.h"

static uint64_t map_low(uint64_t hint) {
  void* at = mmap(reinterpret_cast<void*>(hint), 1 << 20, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  expect(at != MAP_FAILED);
  return reinterpret_cast<uint64_t>(at);
}

int main() {
  constexpr uint64_t kWanted = 0x5000'0000;
  expect(map_low(kWanted) == kWanted);
  const uint64_t second = map_low(kWanted), third = map_low(0);
  expect(second != kWanted && second < 0x8000'0000 && third < 0x8000'0000);
  show("second", second);
  show("third", third);
  show("now", now_ns());
  return done();
}
