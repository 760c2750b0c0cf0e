// A descriptor that led elsewhere leads to a mapped file: by close and open, dup2, dup3 and
// close_range. Writes to it are seen in the mapping.
#include <sys/mman.h>
#include <sys/syscall.h>

#include "guest.h"

int main() {
  TempFile file;
  expect(ftruncate(file.fd, 4096) == 0);
  char* map =
      static_cast<char*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd, 0));
  expect(map != MAP_FAILED);
  const auto write_stamp = [&](int fd, off_t at) {
    const uint64_t now = now_ns();
    expect(lseek(fd, at, SEEK_SET) == at && write(fd, &now, sizeof now) == sizeof now);
    expect(memcmp(map + at, &now, sizeof now) == 0);
  };
  constexpr int kNumber = 700;
  for (off_t at = 0; at < 4096; at += 512) {
    const int null = open("/dev/null", O_WRONLY);
    expect(dup2(null, kNumber) == kNumber && write(kNumber, "gone", 4) == 4);
    expect(dup2(file.fd, kNumber) == kNumber);
    write_stamp(kNumber, at);
    expect(dup3(null, kNumber, O_CLOEXEC) == kNumber && write(kNumber, "gone", 4) == 4);
    expect(close(kNumber) == 0 && fcntl(file.fd, F_DUPFD, kNumber) == kNumber);
    write_stamp(kNumber, at + 64);
    expect(dup2(null, kNumber) == kNumber && write(kNumber, "gone", 4) == 4);
    expect(syscall(SYS_close_range, kNumber - 5, kNumber + 5, 0) == 0);
    expect(fcntl(file.fd, F_DUPFD, kNumber) == kNumber);
    write_stamp(kNumber, at + 128);
    expect(close(null) == 0);
  }
  show("content", hash_bytes(map, 4096));
  return done();
}
