// Edge-triggered epoll: readiness is told once for each arrival.
#include <fcntl.h>
#include <sys/epoll.h>

#include "guest.h"

int main() {
  int ends[2];
  expect(pipe2(ends, O_NONBLOCK) == 0);
  const int epoll = epoll_create1(0);
  epoll_event interest{EPOLLIN | EPOLLET, {.fd = ends[0]}};
  expect(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &interest) == 0);
  epoll_event event;
  for (int i = 0; i < 50; ++i) {
    expect(write(ends[1], "abc", 3) == 3);
    expect(epoll_wait(epoll, &event, 1, -1) == 1 && event.data.fd == ends[0]);
    expect(epoll_wait(epoll, &event, 1, 0) == 0);
    char text[8];
    expect(read(ends[0], text, 8) == 3);
    expect(read(ends[0], text, 8) == -1 && errno == EAGAIN);
  }
  return done();
}
