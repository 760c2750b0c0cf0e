// Level-triggered epoll: readiness is told as long as there is something to read.
#include <sys/epoll.h>

#include "guest.h"

int main() {
  const int epoll = epoll_create1(0);
  int pipes[8][2];
  for (auto& ends : pipes) {
    expect(pipe(ends) == 0);
    epoll_event interest{EPOLLIN, {.ptr = &ends}};
    expect(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &interest) == 0);
  }
  epoll_event events[8];
  expect(epoll_wait(epoll, events, 8, 0) == 0);
  for (int i = 0; i < 8; ++i) expect(write(pipes[i][1], "ab", 2) == 2);
  char byte;
  for (int round = 0; round < 2; ++round) {
    expect(epoll_wait(epoll, events, 8, -1) == 8);
    for (auto& event : events) {
      expect(event.events == EPOLLIN);
      expect(read((*static_cast<int(*)[2]>(event.data.ptr))[0], &byte, 1) == 1);
    }
  }
  expect(epoll_wait(epoll, events, 8, 1) == 0);
  close(pipes[3][1]);
  expect(epoll_wait(epoll, events, 8, -1) == 1 && events[0].events == EPOLLHUP);
  expect(events[0].data.ptr == &pipes[3]);
  return done();
}
