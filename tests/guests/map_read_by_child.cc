// A child writes into a shared file mapping; the parent reads it after the child has ended.
#include <sys/mman.h>
#include <sys/wait.h>

#include "guest.h"

int main() {
  TempFile file;
  expect(ftruncate(file.fd, 4096) == 0);
  const pid_t child = fork();
  expect(child >= 0);
  if (child == 0) {
    auto* map =
        static_cast<uint64_t*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd, 0));
    for (uint64_t i = 0; i < 512; ++i) map[i] = now_ns();
    _exit(0);
  }
  int status = -1;
  expect(waitpid(child, &status, 0) == child && status == 0);
  char content[4096];
  expect(pread(file.fd, content, 4096, 0) == 4096);
  void* map = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file.fd, 0);
  expect(map != MAP_FAILED && memcmp(map, content, 4096) == 0);
  show("content", hash_bytes(content, 4096));
  return done();
}
