// Two shared mappings of one file are one memory, at different places and offsets.
#include <sys/mman.h>

#include "guest.h"

static char* map(int fd, size_t size, off_t offset, int flags) {
  void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, offset);
  expect(at != MAP_FAILED);
  return static_cast<char*>(at);
}

int main() {
  TempFile file;
  const int memory = memfd_create("both", MFD_CLOEXEC);
  for (int fd : {file.fd, memory}) {
    expect(ftruncate(fd, 16'384) == 0);
    char* whole = map(fd, 16'384, 0, MAP_SHARED);
    char* part = map(fd, 8'192, 4'096, MAP_SHARED);
    char* own = map(fd, 4'096, 4'096, MAP_PRIVATE);
    for (int i = 0; i < 100; ++i) {
      whole[4'096 + i] = static_cast<char>(i);
      expect(part[i] == i && own[i] == i);
      part[4'096 + i] = static_cast<char>(-i);
      expect(whole[8'192 + i] == static_cast<char>(-i));
    }
    own[0] = 99;
    expect(part[0] == 0 && own[1] == 1);
    munmap(whole, 16'384);
    part[5] = 55;
    char* again = map(fd, 16'384, 0, MAP_SHARED);
    expect(again[4'096 + 5] == 55);
  }
  return done();
}
