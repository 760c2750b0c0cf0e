// Mappings of many GiB, of which a few pages are touched, and a sparse file of 8 GiB.
#include <sys/mman.h>

#include "guest.h"

int main() {
  constexpr size_t kSize = size_t{64} << 30;
  char* map = static_cast<char*>(mmap(nullptr, kSize, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  expect(map != MAP_FAILED);
  for (size_t at = 0; at < kSize; at += kSize / 64) map[at] = static_cast<char>(at >> 30);
  for (size_t at = 0; at < kSize; at += kSize / 64) expect(map[at] == static_cast<char>(at >> 30));
  expect(mremap(map, kSize, kSize / 2, 0) == map);
  TempFile file;
  constexpr off_t kFileSize = off_t{8} << 30;
  expect(ftruncate(file.fd, kFileSize) == 0);
  expect(pwrite(file.fd, "end", 3, kFileSize - 3) == 3);
  for (int flags : {MAP_PRIVATE, MAP_SHARED}) {
    char* content = static_cast<char*>(
        mmap(nullptr, kFileSize, PROT_READ | PROT_WRITE, flags | MAP_NORESERVE, file.fd, 0));
    expect(content != MAP_FAILED);
    expect(memcmp(content + kFileSize - 3, "end", 3) == 0 && content[kFileSize / 2] == 0);
    content[1 << 30] = 'x';
    expect(munmap(content, kFileSize) == 0);
  }
  return done();
}
