// A file grows under a mapping that is longer: by writes, by ftruncate and by fallocate; and it
// shrinks. What was written past its end is seen, what is past it faults.
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "guest.h"

static constexpr long kPage = 4096, kMapped = 64 << 20;
static sigjmp_buf back;

static bool faults(const volatile char* at) {
  if (sigsetjmp(back, 1) != 0) return true;
  (void)*at;
  return false;
}

int main() {
  signal(SIGBUS, [](int) { siglongjmp(back, 1); });
  TempFile file;
  expect(write(file.fd, std::string(2 * kPage, 'a').data(), 2 * kPage) == 2 * kPage);
  char* map[2];
  for (int i : {0, 1}) {
    map[i] = static_cast<char*>(mmap(nullptr, kMapped, PROT_READ | (i == 0 ? 0 : PROT_WRITE),
                                     i == 0 ? MAP_SHARED : MAP_PRIVATE, file.fd, 0));
    expect(map[i] != MAP_FAILED && map[i][kPage] == 'a' && faults(map[i] + 2 * kPage));
  }
  for (long end = 2 * kPage, i = 0; i < 30; ++i) {
    const uint64_t now = now_ns();
    expect(pwrite(file.fd, &now, sizeof now, end + i * 100) == sizeof now);
    for (char* view : map) expect(memcmp(view + end + i * 100, &now, sizeof now) == 0);
    if (i % 10 == 4) expect(ftruncate(file.fd, end += 3 * kPage) == 0);
    if (i % 10 == 7) expect(posix_fallocate(file.fd, end, kPage) == 0 && (end += kPage) != 0);
    if (i % 10 == 9) expect(ftruncate(file.fd, end -= kPage + 10) == 0);
    const long size = lseek(file.fd, 0, SEEK_END), pages = (size + kPage - 1) / kPage * kPage;
    for (char* view : map) expect(view[pages - 1] == 0 && faults(view + pages));
  }
  show("content", hash_bytes(map[0], static_cast<size_t>(lseek(file.fd, 0, SEEK_END)) / 2));
  return done();
}
