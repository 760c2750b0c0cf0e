// Nobody may write to the file of a running program (ETXTBSY), by whatever name; to others one may.
#include <sys/stat.h>

#include "guest.h"

static bool busy(int result) {
  return result == -1 && errno == ETXTBSY;
}

int main(int, char** argv) {
  const char* const own = argv[0];
  const char* const link = "/proc/self/exe";
  for (const char* path : {own, link}) {
    expect(busy(open(path, O_WRONLY)));
    expect(busy(open(path, O_RDWR | O_CREAT | O_TRUNC, 0644)));
    expect(busy(openat(AT_FDCWD, path, O_WRONLY | O_APPEND)));
    expect(busy(truncate(path, 0)));
    expect(open(path, O_WRONLY | O_CREAT | O_EXCL, 0644) == -1 && errno == EEXIST);
    const int readable = open(path, O_RDONLY);
    expect(readable >= 0 && close(readable) == 0);
  }
  expect(busy(creat(own, 0644)));
  struct stat status{};
  expect(stat(own, &status) == 0 && status.st_size > 4096);
  TempFile file;
  expect(truncate(file.path.c_str(), 99) == 0 && stat(file.path.c_str(), &status) == 0);
  const int other = creat(file.path.c_str(), 0600);
  expect(other >= 0 && write(other, "x", 1) == 1 && status.st_size == 99);
  show("bytes", static_cast<uint64_t>(status.st_size));
  return done();
}
