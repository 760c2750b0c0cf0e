// write, pwrite, ftruncate, a hole and a read into the mapping itself are seen in a shared mapping.
#include <sys/mman.h>

#include "guest.h"

int main() {
  TempFile file;
  expect(ftruncate(file.fd, 8192) == 0);
  char* map =
      static_cast<char*>(mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd, 0));
  expect(map != MAP_FAILED);
  for (int i = 0; i < 50; ++i) {
    const uint64_t now = now_ns();
    expect(pwrite(file.fd, &now, sizeof now, i * 16) == sizeof now);
    expect(memcmp(map + i * 16, &now, sizeof now) == 0);
  }
  expect(lseek(file.fd, 4096, SEEK_SET) == 4096);
  expect(write(file.fd, "seen", 4) == 4 && memcmp(map + 4096, "seen", 4) == 0);
  const uint64_t before = hash_bytes(map, 100);
  expect(pread(file.fd, map + 1000, 100, 0) == 100 && hash_bytes(map + 1000, 100) == before);
  expect(ftruncate(file.fd, 4098) == 0 && ftruncate(file.fd, 8192) == 0);
  expect(map[4097] == 'e' && map[4098] == 0);
  const bool hole = fallocate(file.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096) == 0;
  expect(!hole || map[8] == 0);  // not on all file systems
  show("content", hash_bytes(map, 8192));
  return done();
}
