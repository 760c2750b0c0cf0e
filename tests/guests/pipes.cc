// A pipe between two threads: full, empty, short reads, end of file; hashes agree.
#include <sys/ioctl.h>

#include <thread>

#include "guest.h"

int main() {
  int ends[2];
  expect(pipe(ends) == 0);
  expect(fcntl(ends[1], F_SETPIPE_SZ, 4096) == 4096);
  uint64_t sent = kHashStart, received = kHashStart, reads = kHashStart;
  std::thread writer([&] {
    char block[10'000];
    for (int i = 0; i < 50; ++i) {
      memset(block, i, sizeof block);
      expect(write(ends[1], block, sizeof block) == sizeof block);
      sent = hash_bytes(block, sizeof block, sent);
    }
    close(ends[1]);
  });
  char block[3000];
  ssize_t size;
  while ((size = read(ends[0], block, sizeof block)) > 0) {
    received = hash_bytes(block, static_cast<size_t>(size), received);
    reads = hash_bytes(&size, sizeof size, reads);
  }
  expect(size == 0);
  writer.join();
  expect(sent == received);
  show("sizes of reads", reads);
  return done();
}
