// mseal: what is sealed stays as it is, in replay too.
#include <sys/mman.h>
#include <sys/syscall.h>

#include "guest.h"

int main() {
  constexpr long kMseal = 462;
  void* memory = mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  expect(memory != MAP_FAILED);
  auto* bytes = static_cast<char*>(memory);
  snprintf(bytes, 64, "time %llu", static_cast<unsigned long long>(now_ns()));
  if (syscall(kMseal, bytes, 4096, 0) != 0) {
    expect(errno == ENOSYS);
    not_tested("the kernel has no mseal (Linux 6.10)");
  }
  expect(munmap(bytes, 4096) == -1 && errno == EPERM);
  expect(mprotect(bytes, 8192, PROT_READ) == -1 && errno == EPERM);
  expect(mmap(bytes, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
         MAP_FAILED);
  expect(mremap(bytes, 4096, 65536, MREMAP_MAYMOVE) == MAP_FAILED && errno == EPERM);
  expect(madvise(bytes, 4096, MADV_DONTNEED) == 0);  // it may be written to
  snprintf(bytes, 64, "time %llu", static_cast<unsigned long long>(now_ns()));
  expect(munmap(bytes + 4096, 4096) == 0);
  printf("%s\n", bytes);
  return done();
}
