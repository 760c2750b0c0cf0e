// A shared file mapping: what is written there is read from the file, also after munmap.
#include <sys/mman.h>

#include "guest.h"

int main() {
  TempFile file;
  expect(ftruncate(file.fd, 1 << 20) == 0);
  char* map =
      static_cast<char*>(mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd, 0));
  expect(map != MAP_FAILED);
  for (int i = 0; i < 256; ++i) {
    const uint64_t now = now_ns();
    memcpy(map + i * 4096, &now, sizeof now);
    uint64_t back = 0;
    expect(pread(file.fd, &back, sizeof back, i * 4096) == sizeof back && back == now);
  }
  expect(msync(map, 1 << 20, MS_SYNC) == 0);
  const uint64_t hash = hash_bytes(map, 1 << 20);
  expect(munmap(map, 1 << 20) == 0);
  std::string content(1 << 20, 0);
  expect(pread(file.fd, content.data(), content.size(), 0) == 1 << 20);
  expect(hash_bytes(content.data(), content.size()) == hash);
  show("content", hash);
  return done();
}
