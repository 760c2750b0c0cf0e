// Calls write to a file that the program maps shared and read-only: by every call of the family, on
// a descriptor that appends, and on one that cannot read.
#include <sys/mman.h>
#include <sys/uio.h>

#include "guest.h"

static constexpr size_t kPage = 4096;

int main() {
  TempFile file;
  expect(ftruncate(file.fd, 8 * kPage) == 0);
  auto* map =
      static_cast<const char*>(mmap(nullptr, 16 * kPage, PROT_READ, MAP_SHARED, file.fd, 0));
  expect(map != MAP_FAILED);
  const int only_writes = open(file.path.c_str(), O_WRONLY);
  const int appends = open(file.path.c_str(), O_WRONLY | O_APPEND);
  expect(only_writes >= 0 && appends >= 0);
  uint64_t hash = kHashStart;
  for (int i = 0; i < 20; ++i) {
    uint64_t now[2] = {now_ns(), now_ns()};
    const iovec parts[] = {{&now[0], 8}, {&now[1], 8}};
    const long at = i * 64;
    expect(pwrite(file.fd, now, 16, at) == 16 && memcmp(map + at, now, 16) == 0);
    expect(pwritev(only_writes, parts, 2, at + 4088) == 16 &&
           memcmp(map + at + 4088, now, 16) == 0);
    expect(lseek(only_writes, at + 8192, SEEK_SET) == at + 8192);
    expect(write(only_writes, now, 8) == 8 && writev(only_writes, &parts[1], 1) == 8);
    expect(memcmp(map + at + 8192, now, 16) == 0);
    const long end = lseek(file.fd, 0, SEEK_END);
    expect(write(appends, now, 16) == 16 && memcmp(map + end, now, 16) == 0);
    expect(pwrite(appends, &now[1], 8, 0) == 8 && memcmp(map + end + 16, &now[1], 8) == 0);
    expect(pwritev2(only_writes, &parts[0], 1, 0, RWF_APPEND) == 8);
    expect(memcmp(map + end + 24, now, 8) == 0);
    hash = hash_bytes(map, 9 * kPage, hash);
  }
  show("content", hash);
  return done();
}
