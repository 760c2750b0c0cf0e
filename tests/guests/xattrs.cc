// Extended attributes: set, get, list, remove; sizes asked for first, buffers too small.
#include <sys/xattr.h>

#include "guest.h"

int main() {
  TempFile file;
  if (fsetxattr(file.fd, "user.one", "value", 5, 0) == -1) {
    expect(errno == EOPNOTSUPP);
    return done();
  }
  const char* path = file.path.c_str();
  expect(setxattr(path, "user.two", "2", 1, XATTR_CREATE) == 0);
  char text[64] = {};
  expect(getxattr(path, "user.one", nullptr, 0) == 5);
  expect(getxattr(path, "user.one", text, 3) == -1 && errno == ERANGE);
  expect(fgetxattr(file.fd, "user.one", text, sizeof text) == 5 && std::string(text) == "value");
  char names[256] = {};
  const ssize_t size = listxattr(path, names, sizeof names);
  expect(size >= 18 && flistxattr(file.fd, nullptr, 0) == size);
  expect(removexattr(path, "user.one") == 0);
  expect(getxattr(path, "user.one", text, sizeof text) == -1 && errno == ENODATA);
  return done();
}
