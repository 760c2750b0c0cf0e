// splice with offsets in and out, tee, and vmsplice.
#include <fcntl.h>
#include <sys/uio.h>

#include "guest.h"

int main() {
  TempFile source, target;
  expect(write(source.fd, "0123456789abcdef", 16) == 16);
  int one[2], two[2];
  expect(pipe(one) == 0 && pipe(two) == 0);
  off64_t in = 4, out = 100;
  expect(splice(source.fd, &in, one[1], nullptr, 8, 0) == 8 && in == 12);
  expect(tee(one[0], two[1], 8, 0) == 8);
  char text[32] = {};
  expect(read(two[0], text, sizeof text) == 8 && std::string(text) == "456789ab");
  expect(splice(one[0], nullptr, target.fd, &out, 8, SPLICE_F_MOVE) == 8 && out == 108);
  expect(pread(target.fd, text, 8, 100) == 8 && std::string(text) == "456789ab");
  char page[] = "from memory";
  iovec part{page, sizeof page};
  expect(vmsplice(one[1], &part, 1, 0) == sizeof page);
  expect(splice(one[0], nullptr, two[1], nullptr, 100, SPLICE_F_NONBLOCK) == sizeof page);
  expect(read(two[0], text, sizeof text) == sizeof page && std::string(text) == "from memory");
  expect(splice(one[0], nullptr, two[1], nullptr, 1, SPLICE_F_NONBLOCK) == -1 && errno == EAGAIN);
  return done();
}
