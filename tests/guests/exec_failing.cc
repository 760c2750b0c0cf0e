// Each execve that fails leaves the program as it is: missing, a directory, no format, no right.
#include <sys/stat.h>

#include "guest.h"

static int attempt(const char* path) {
  execl(path, path, nullptr);
  return errno;
}

int main() {
  TempFile file;
  expect(attempt("/nonexistent") == ENOENT);
  expect(attempt("/etc") == EACCES);
  expect(attempt("/etc/passwd/x") == ENOTDIR);
  expect(attempt(file.path.c_str()) == EACCES);
  const std::string program = file.path + "x";
  const int fd = open(program.c_str(), O_CREAT | O_WRONLY, 0755);
  expect(write(fd, "neither this nor that", 21) == 21);
  close(fd);
  const int no_format = attempt(program.c_str());
  unlink(program.c_str());
  expect(no_format == ENOEXEC);
  return done();
}
