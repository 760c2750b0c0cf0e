// mprotect over parts of a mapping, to none and back, and execution of what was written.
#include <sys/mman.h>

#include "guest.h"

int main() {
  char* pages =
      static_cast<char*>(mmap(nullptr, 8 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  expect(pages != MAP_FAILED);
  for (int i = 0; i < 8; ++i) {
    expect(mprotect(pages + i * 4096, 4096, PROT_READ | PROT_WRITE) == 0);
    pages[i * 4096] = static_cast<char>(i);
    expect(mprotect(pages, static_cast<size_t>(i + 1) * 4096, PROT_READ) == 0);
    expect(pages[0] == 0 && pages[i * 4096] == i);
  }
  const int fd = open("/dev/null", O_WRONLY);
  expect(mprotect(pages, 4096, PROT_NONE) == 0);
  TempFile file;
  expect(write(file.fd, pages, 10) == -1 && errno == EFAULT);
  expect(read(file.fd, pages, 10) == 0);
  expect(mprotect(pages, 4096, PROT_READ | PROT_WRITE) == 0);
  memcpy(pages, "\xb8\x2a\x00\x00\x00\xc3", 6);
  expect(mprotect(pages, 4096, PROT_READ | PROT_EXEC) == 0);
  expect(reinterpret_cast<int (*)()>(pages)() == 42);
  expect(mprotect(pages + 3, 4096, PROT_READ) == -1 && errno == EINVAL);
  close(fd);
  return done();
}
