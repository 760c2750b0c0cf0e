// fexecve of a descriptor of itself, opened with close-on-exec.
#include "guest.h"

int main(int argc, char** argv) {
  if (argc > 1) return done();
  const int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  expect(fd >= 0);
  const char* arguments[] = {argv[0], "again", nullptr};
  fexecve(fd, const_cast<char**>(arguments), environ);
  return 2;
}
