// dup2 and dup3 over every number up to the limit, and back: none of them is anybody else's.
#include <sys/resource.h>

#include "guest.h"

int main() {
  rlimit limit{};
  expect(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_cur < 1100 ? limit.rlim_cur : 1100;
  expect(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  const int last = static_cast<int>(limit.rlim_cur);
  const int null = open("/dev/null", O_RDWR);
  expect(null == 3);
  for (int fd = 4; fd < last; ++fd) {
    expect((fd % 2 ? dup2(null, fd) : dup3(null, fd, O_CLOEXEC)) == fd);
  }
  expect(dup2(null, last) == -1 && errno == EBADF);
  expect(dup(null) == -1 && errno == EMFILE);
  expect(open("/etc/passwd", O_RDONLY) == -1 && errno == EMFILE);
  show("still", now_ns());
  for (int fd = 3; fd < last; ++fd) expect(close(fd) == 0);
  return done();
}
