// Reservations of hundreds of GiB, private and shared, and a file that is one large hole: mapped,
// moved and used at a few places.
#include <sys/mman.h>

#include "guest.h"

static constexpr size_t kGiB = size_t{1} << 30;

static char* map(size_t bytes, int protection, int flags, int fd = -1) {
  void* at = mmap(nullptr, bytes, protection, flags | MAP_NORESERVE, fd, 0);
  expect(at != MAP_FAILED);
  return static_cast<char*>(at);
}

int main() {
  constexpr int kBoth = PROT_READ | PROT_WRITE;
  char* heap = map(700 * kGiB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS);
  expect(mprotect(heap + 300 * kGiB, 200 * kGiB, kBoth) == 0);
  char* shared = map(300 * kGiB, kBoth, MAP_SHARED | MAP_ANONYMOUS);
  TempFile file;
  expect(ftruncate(file.fd, 400 * kGiB) == 0);
  expect(pwrite(file.fd, "island", 6, 333 * kGiB) == 6);
  char* own = map(400 * kGiB, kBoth, MAP_PRIVATE, file.fd);
  char* common = map(400 * kGiB, kBoth, MAP_SHARED, file.fd);
  for (size_t at = 0; at < 200 * kGiB; at += 50 * kGiB) {
    const uint64_t now = now_ns();
    for (char* place : {heap + 300 * kGiB, shared, own, common})
      memcpy(place + at, &now, sizeof now);
  }
  expect(memcmp(own + 333 * kGiB, common + 333 * kGiB, 4096) == 0 && own[333 * kGiB] == 'i');
  expect(madvise(heap + 300 * kGiB, 120 * kGiB, MADV_DONTNEED) == 0 && heap[350 * kGiB] == 0);
  void* moved = mremap(own, 400 * kGiB, 100 * kGiB, MREMAP_MAYMOVE);
  expect(moved == own && munmap(common, 60 * kGiB) == 0);
  uint64_t hash = kHashStart;
  for (size_t at = 0; at < 100 * kGiB; at += 50 * kGiB) {
    for (char* place : {heap + 400 * kGiB, shared, own, common + 100 * kGiB})
      hash = hash_bytes(place + at, 8, hash);
  }
  show("islands", hash);
  return done();
}
