// stat, fstat, lstat, fstatat, statx, statfs, access and utimensat on a file, a link, a directory.
#include <sys/stat.h>
#include <sys/statfs.h>

#include "guest.h"

int main() {
  TempFile file;
  expect(write(file.fd, "12345", 5) == 5 && fchmod(file.fd, 0640) == 0);
  const timespec times[] = {{1000, 5}, {2000, 7}};
  expect(futimens(file.fd, times) == 0);
  const std::string link = file.path + ".link";
  expect(symlink(file.path.c_str(), link.c_str()) == 0);
  struct stat a{}, b{}, c{};
  expect(fstat(file.fd, &a) == 0 && stat(link.c_str(), &b) == 0 && lstat(link.c_str(), &c) == 0);
  expect(a.st_ino == b.st_ino && a.st_ino != c.st_ino && S_ISLNK(c.st_mode) && a.st_size == 5);
  expect((a.st_mode & 0777) == 0640 && a.st_mtim.tv_sec == 2000 && a.st_mtim.tv_nsec == 7);
  struct statx x{};
  expect(statx(AT_FDCWD, file.path.c_str(), 0, STATX_ALL, &x) == 0);
  expect(x.stx_ino == a.st_ino && x.stx_atime.tv_sec == 1000);
  char target[256] = {};
  expect(readlink(link.c_str(), target, sizeof target) == static_cast<ssize_t>(file.path.size()));
  expect(access(link.c_str(), R_OK) == 0 && faccessat(AT_FDCWD, "/nonexistent", F_OK, 0) == -1);
  struct statfs space{};
  expect(statfs("/tmp", &space) == 0 && space.f_bsize > 0);
  unlink(link.c_str());
  show("inode", a.st_ino);
  show("free", space.f_bfree);
  return done();
}
