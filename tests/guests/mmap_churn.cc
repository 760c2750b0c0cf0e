// mmap, munmap of parts, and mapping again; pointers are hashed, fresh pages are zeros.
#include <sys/mman.h>

#include "guest.h"

int main() {
  constexpr size_t kPage = 4096;
  uint64_t pointers = kHashStart;
  for (size_t i = 0; i < 1000; ++i) {
    const size_t pages = 3 + i % 17;
    void* map =
        mmap(nullptr, pages * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    expect(map != MAP_FAILED);
    char* memory = static_cast<char*>(map);
    for (size_t p = 0; p < pages; ++p) expect(memory[p * kPage] == 0);
    memset(memory, 0x5a, pages * kPage);
    pointers = hash_bytes(&memory, sizeof memory, pointers);
    expect(munmap(memory + kPage, kPage) == 0);
    void* again = mmap(memory + kPage, kPage, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    expect(again == memory + kPage && memory[kPage] == 0 && memory[2 * kPage] == 0x5a);
    if (i % 4 != 0) expect(munmap(memory, pages * kPage) == 0);
  }
  show("pointers", pointers);
  return done();
}
