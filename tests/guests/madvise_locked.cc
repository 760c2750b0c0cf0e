// MADV_DONTNEED over memory of which a part is locked: refused, and the part in front is dropped.
#include <sys/mman.h>

#include "guest.h"

constexpr size_t kPage = 4096, kPages = 64;

static char* fill(void* memory) {
  auto* bytes = static_cast<char*>(memory);
  expect(memory != MAP_FAILED);
  for (size_t i = 0; i < kPages; ++i) {
    const uint64_t value = now_ns() | 1;
    memcpy(bytes + i * kPage, &value, sizeof value);
  }
  return bytes;
}

/// The words that are left, by page.
static uint64_t left(const char* bytes, size_t* first) {
  uint64_t sum = kHashStart;
  *first = kPages;
  for (size_t i = kPages; i-- > 0;) {
    uint64_t value;
    memcpy(&value, bytes + i * kPage, sizeof value);
    if (value != 0) *first = i;
    sum = hash_bytes(&value, sizeof value, sum);
  }
  return sum;
}

int main() {
  size_t first = 0;
  char* bytes = fill(
      mmap(nullptr, kPages * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (mlock(bytes + 23 * kPage, kPage) != 0) not_tested("not even a page may be locked");
  expect(madvise(bytes, kPages * kPage, MADV_DONTNEED) == -1 && errno == EINVAL);
  show("left", left(bytes, &first));
  expect(first == 23);
  expect(madvise(bytes + 1, kPage, MADV_DONTNEED) == -1 && errno == EINVAL);
  expect(madvise(bytes + 23 * kPage, 2 * kPage, MADV_DONTNEED) == -1 && errno == EINVAL);
  show("left", left(bytes, &first));
  expect(first == 23);
  expect(madvise(bytes, kPages * kPage, MADV_FREE) == -1 && errno == EINVAL);
  expect(munlock(bytes, kPages * kPage) == 0);
  expect(madvise(bytes, kPages * kPage, MADV_DONTNEED) == 0);
  left(bytes, &first);
  expect(first == kPages);
  // A private view of a file shows the file again.
  const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  bytes =
      static_cast<char*>(mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0));
  expect(bytes != MAP_FAILED && mlock(bytes + kPage, kPage) == 0);
  bytes[1] = bytes[kPage] = 'x';
  expect(madvise(bytes, 2 * kPage, MADV_DONTNEED) == -1 && errno == EINVAL);
  expect(bytes[1] == 'E' && bytes[kPage] == 'x');
  show("time", now_ns());
  return done();
}
