// link, rename, truncate, fallocate, lseek for holes, O_TMPFILE, umask, chdir, flock, openat2.
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "guest.h"

int main() {
  TempFile file;
  const std::string other = file.path + ".other";
  expect(link(file.path.c_str(), other.c_str()) == 0);
  expect(rename(other.c_str(), (other + "2").c_str()) == 0 && unlink((other + "2").c_str()) == 0);
  expect(ftruncate(file.fd, 1 << 20) == 0 && pwrite(file.fd, "data", 4, 1 << 19) == 4);
  expect(lseek(file.fd, 0, SEEK_DATA) <= 1 << 19 && lseek(file.fd, 1 << 19, SEEK_HOLE) > 1 << 19);
  expect(fallocate(file.fd, 0, 0, 4096) == 0 || errno == EOPNOTSUPP);
  expect(posix_fadvise(file.fd, 0, 0, POSIX_FADV_SEQUENTIAL) == 0 && fsync(file.fd) == 0);
  const mode_t before = umask(022);
  expect(umask(before) == 022);
  expect(flock(file.fd, LOCK_EX | LOCK_NB) == 0);
  const int second = open(file.path.c_str(), O_RDWR | O_CLOEXEC);
  expect(flock(second, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK);
  const int anonymous = open("/tmp", O_TMPFILE | O_RDWR, 0600);
  expect(anonymous >= 0 || errno == EOPNOTSUPP || errno == EISDIR);
  open_how how{};
  how.flags = O_RDONLY;
  how.resolve = RESOLVE_NO_SYMLINKS;
  const long opened = syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", &how, sizeof how);
  expect(opened >= 0 || errno == ENOSYS);
  char cwd[4096];
  expect(chdir("/usr") == 0 && getcwd(cwd, sizeof cwd) != nullptr && std::string(cwd) == "/usr");
  const int root = open("/", O_PATH | O_DIRECTORY);
  expect(fchdir(root) == 0 && syscall(SYS_getcwd, cwd, sizeof cwd) == 2);
  return done();
}
