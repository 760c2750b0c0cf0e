// readv, writev, preadv, pwritev2 and preadv2, short ones and with RWF_NOWAIT.
#include <sys/uio.h>

#include "guest.h"

int main() {
  TempFile file;
  char a[8] = "abcdefg", b[16] = "0123456789", c[4] = "xyz";
  iovec out[] = {{a, 7}, {nullptr, 0}, {b, 10}, {c, 3}};
  expect(writev(file.fd, out, 4) == 20);
  char first[5] = {}, second[9] = {}, third[20] = {};
  iovec in[] = {{first, 4}, {second, 8}, {third, 19}};
  expect(preadv(file.fd, in, 3, 0) == 20);
  expect(std::string(first) == "abcd" && std::string(second) == "efg01234");
  expect(std::string(third) == "56789xyz");
  expect(pwritev2(file.fd, out, 1, 100, 0) == 7);
  memset(third, 0, sizeof third);
  expect(preadv2(file.fd, in, 3, 98, 0) == 9 && std::string(first + 2) == "ab");
  const ssize_t now = preadv2(file.fd, in, 1, 0, RWF_NOWAIT);
  expect(now == 4 || errno == EAGAIN || errno == EOPNOTSUPP);
  expect(lseek(file.fd, 16, SEEK_SET) == 16);
  expect(readv(file.fd, in, 2) == 12 && std::string(first) == "9xyz" && second[0] == 0);
  expect(preadv2(file.fd, in, 3, -1, 0) == 31 && lseek(file.fd, 0, SEEK_CUR) == 59);
  return done();
}
