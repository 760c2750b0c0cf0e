#include "recorder/launch/inherited_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

namespace weft::launch {

InheritedFiles::InheritedFiles() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0) (void)!::open("/dev/null", O_RDWR | O_CLOEXEC);
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc/self/fd"), ::closedir);
  if (!directory) return;
  while (const dirent* entry = ::readdir(directory.get())) {
    const int fd = std::atoi(entry->d_name);
    if (fd > STDERR_FILENO && fd != ::dirfd(directory.get())) open_.push_back(fd);
  }
}

void InheritedFiles::close_all() const {
  for (const int fd : open_) ::close(fd);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return;
  ::dup3(null, STDIN_FILENO, O_CLOEXEC);
  ::dup3(null, STDOUT_FILENO, O_CLOEXEC);
  ::close(null);
}

}  // namespace weft::launch
