// Text is mapped beyond the end of its file, as the dynamic linker does with libc++.so.
#include <sys/mman.h>

#include "guest.h"

int main() {
  constexpr size_t kPage = 4096;
  constexpr size_t kBytes = kPage + 100;
  TempFile file;
  const std::string content(kBytes, '\x0f');
  expect(write(file.fd, content.data(), kBytes) == static_cast<ssize_t>(kBytes));
  void* at = mmap(nullptr, 16 * kPage, PROT_READ | PROT_EXEC, MAP_PRIVATE, file.fd, 0);
  expect(at != MAP_FAILED);
  const void* beyond = static_cast<char*>(at) + 4 * kPage;
  expect(mmap(const_cast<void*>(beyond), kPage, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == beyond);
  show("content", hash_bytes(at, 2 * kPage, hash_bytes(beyond, kPage)));
  return done();
}
