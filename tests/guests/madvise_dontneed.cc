// MADV_DONTNEED: anonymous pages become zeros, private file pages the file's, shared ones stay.
#include <sys/mman.h>

#include "guest.h"

static char* map(int flags, int fd) {
  void* at = mmap(nullptr, 8192, PROT_READ | PROT_WRITE, flags, fd, 0);
  expect(at != MAP_FAILED);
  return static_cast<char*>(at);
}

int main() {
  char* anonymous = map(MAP_PRIVATE | MAP_ANONYMOUS, -1);
  anonymous[4096] = 1;
  anonymous[0] = 1;
  expect(madvise(anonymous + 4096, 4096, MADV_DONTNEED) == 0);
  expect(anonymous[4096] == 0 && anonymous[0] == 1);
  TempFile file;
  expect(write(file.fd, std::string(8192, 'f').data(), 8192) == 8192);
  char* own = map(MAP_PRIVATE, file.fd);
  own[10] = 'o';
  expect(pwrite(file.fd, "F", 1, 10) == 1);
  expect(own[10] == 'o');
  expect(madvise(own, 8192, MADV_DONTNEED) == 0 && own[10] == 'F' && own[11] == 'f');
  char* shared = map(MAP_SHARED, file.fd);
  shared[20] = 's';
  expect(madvise(shared, 8192, MADV_DONTNEED) == 0 && shared[20] == 's' && shared[10] == 'F');
  expect(madvise(anonymous, 8192, MADV_WILLNEED) == 0);
  expect(madvise(anonymous, 8192, MADV_HUGEPAGE) == 0 || errno == EINVAL);
  return done();
}
