// One part of a file is mapped shared, another one privately, in either order: each shows its own.
#include <sys/mman.h>

#include "guest.h"

int main() {
  constexpr size_t kPage = 4096;
  TempFile file;
  for (size_t page = 0; page < 4; ++page) {
    char bytes[kPage];
    memset(bytes, static_cast<int>('a' + page), kPage);
    expect(write(file.fd, bytes, kPage) == static_cast<ssize_t>(kPage));
  }
  auto map = [&](int flags, int page) {
    void* at = mmap(nullptr, kPage, PROT_READ | PROT_WRITE, flags, file.fd,
                    static_cast<off_t>(kPage) * page);
    expect(at != MAP_FAILED);
    return static_cast<char*>(at);
  };
  const char* early = map(MAP_PRIVATE, 3);
  char* shared = map(MAP_SHARED, 0);
  char* own = map(MAP_PRIVATE, 1);
  char* same = map(MAP_PRIVATE, 0);
  expect(early[9] == 'd' && shared[9] == 'a' && own[9] == 'b' && same[9] == 'a');
  shared[9] = 'x';
  own[9] = 'y';
  expect(same[9] == 'x' && own[8] == 'b');
  expect(map(MAP_SHARED, 1)[9] == 'b' && map(MAP_PRIVATE, 2)[9] == 'c');
  show("content", hash_bytes(own, kPage, hash_bytes(same, kPage)));
  return done();
}
