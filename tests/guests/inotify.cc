// inotify: what happens in a directory is told, with names and cookies.
#include <sys/inotify.h>
#include <sys/stat.h>

#include "guest.h"

int main() {
  TempFile place;
  const std::string dir = place.path + ".d", a = dir + "/a", b = dir + "/b";
  expect(mkdir(dir.c_str(), 0700) == 0);
  const int fd = inotify_init1(IN_CLOEXEC);
  expect(fd >= 0 && inotify_add_watch(fd, dir.c_str(), IN_ALL_EVENTS) > 0);
  close(open(a.c_str(), O_CREAT | O_WRONLY, 0600));
  expect(rename(a.c_str(), b.c_str()) == 0);
  unlink(b.c_str());
  rmdir(dir.c_str());
  uint32_t seen = 0, cookie = 0;
  while ((seen & IN_IGNORED) == 0) {
    alignas(inotify_event) char buffer[1024];
    const ssize_t size = read(fd, buffer, sizeof buffer);
    expect(size > 0);
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<inotify_event*>(buffer + at);
      seen |= event->mask;
      if (event->mask & IN_MOVED_FROM) cookie = event->cookie;
      if (event->mask & IN_MOVED_TO) expect(event->cookie == cookie && event->name[0] == 'b');
      at += static_cast<ssize_t>(sizeof *event + event->len);
    }
  }
  const uint32_t wanted = IN_CREATE | IN_OPEN | IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE;
  expect((seen & wanted) == wanted);
  show("cookie", cookie);
  return done();
}
