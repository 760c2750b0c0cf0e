// A file mapped privately: writes are seen in pages that the program has not written to; a hole and
// a truncation are seen, too.
#include <sys/mman.h>

#include "guest.h"

int main() {
  constexpr size_t kPage = 4096;
  TempFile file;
  expect(ftruncate(file.fd, 4 * kPage) == 0);
  void* map = mmap(nullptr, 4 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, file.fd, 0);
  expect(map != MAP_FAILED);
  auto* bytes = static_cast<char*>(map);
  bytes[3 * kPage] = 'o';  // a page of its own
  for (int i = 0; i < 50; ++i) {
    const uint64_t now = now_ns();
    expect(pwrite(file.fd, &now, sizeof now, i * 16) == sizeof now);
    expect(memcmp(bytes + i * 16, &now, sizeof now) == 0);
  }
  const uint64_t written = hash_bytes(bytes, kPage);
  expect(pwrite(file.fd, "other", 5, kPage) == 5);
  constexpr int kPunchHole = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
  const bool hole = fallocate(file.fd, kPunchHole, kPage, kPage) == 0;  // not on all file systems
  expect(bytes[kPage] == (hole ? 0 : 'o') && bytes[3 * kPage] == 'o');
  expect(ftruncate(file.fd, 16) == 0 && ftruncate(file.fd, 4 * kPage) == 0);
  expect(bytes[16] == 0 && bytes[3 * kPage] == 0);
  show("content", hash_bytes(bytes, 4 * kPage, written));
  return done();
}
