// /dev/zero is mapped, the old way to get memory: private, and shared with a child.
#include <sys/mman.h>
#include <sys/wait.h>

#include "guest.h"

int main() {
  const int zero = open("/dev/zero", O_RDWR);
  for (const int kind : {MAP_PRIVATE, MAP_SHARED}) {
    void* at = mmap(nullptr, 8192, PROT_READ | PROT_WRITE, kind, zero, 0);
    expect(at != MAP_FAILED);
    auto* words = static_cast<uint64_t*>(at);
    words[0] = now_ns();
    words[1000] = 7;
    const pid_t child = fork();
    if (child == 0) _exit((words[1] = now_ns()) != 0 ? 0 : 1);
    expect(waitpid(child, nullptr, 0) == child);
    expect((words[1] != 0) == (kind == MAP_SHARED) && words[1000] == 7 && words[500] == 0);
    show("words", hash_bytes(words, 8192));
  }
  return done();
}
