// sendfile to a socket with and without an offset, and copy_file_range between files.
#include <sys/sendfile.h>
#include <sys/socket.h>

#include "guest.h"

int main() {
  TempFile source, target;
  for (int i = 0; i < 1000; ++i) dprintf(source.fd, "%07d\n", i);
  int pair[2];
  expect(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  off_t offset = 80;
  expect(sendfile(pair[0], source.fd, &offset, 16) == 16 && offset == 96);
  char text[64] = {};
  expect(read(pair[1], text, sizeof text) == 16 && std::string(text) == "0000010\n0000011\n");
  expect(lseek(source.fd, 7992, SEEK_SET) == 7992);
  expect(sendfile(pair[0], source.fd, nullptr, 100) == 8);
  expect(lseek(source.fd, 0, SEEK_CUR) == 8000);
  expect(read(pair[1], text, sizeof text) == 8 && memcmp(text, "0000999", 7) == 0);
  off64_t from = 16, to = 4;
  expect(copy_file_range(source.fd, &from, target.fd, &to, 24, 0) == 24);
  expect(from == 40 && to == 28);
  expect(pread(target.fd, text, sizeof text, 0) == 28 && memcmp(text + 4, "0000002", 7) == 0);
  return done();
}
