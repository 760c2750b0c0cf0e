// execve of a `#!` script whose interpreter is the guest itself, with one argument of its own.
#include <sys/stat.h>

#include "guest.h"

int main(int argc, char** argv) {
  if (argc > 1) {
    expect(argc == 4 && std::string(argv[1]) == "as interpreter");
    expect(std::string(argv[3]) == "last");
    unlink(argv[2]);
    return done();
  }
  char self[4096] = {};
  expect(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
  const std::string script = "/tmp/guest-script-" + std::to_string(getpid());
  const int fd = open(script.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0755);
  dprintf(fd, "#! %s as interpreter\n", self);
  close(fd);
  execl(script.c_str(), "script", "last", nullptr);
  unlink(script.c_str());
  return 2;
}
