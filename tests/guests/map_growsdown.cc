// A MAP_GROWSDOWN mapping grows when the page below it is touched.
#include <sys/mman.h>

#include "guest.h"

int main() {
  constexpr size_t kSize = 4 << 20;
  char* room = static_cast<char*>(
      mmap(nullptr, kSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  expect(room != MAP_FAILED && munmap(room, kSize) == 0);
  char* top = room + kSize;
  void* stack = mmap(top - 8192, 8192, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
  expect(stack == top - 8192);
  for (off_t down = 4096; down <= 400 * 4096; down += 4096) {
    top[-down] = static_cast<char>(down / 4096);
  }
  expect(top[-4096] == 1 && top[-300 * 4096] == static_cast<char>(300));
  show("top", reinterpret_cast<uintptr_t>(top));
  return done();
}
