// Another process reads from the same pipe and socket: who polls first may find nothing.
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "company.h"

static uint64_t read_some(int fd, int rounds) {
  uint64_t sum = 0;
  for (int i = 0; i < rounds; ++i) {
    pollfd item{fd, POLLIN, 0};
    if (i % 2 == 0) expect(poll(&item, 1, -1) == 1);
    char byte;
    expect(read(fd, &byte, 1) == 1);
    sum += static_cast<unsigned char>(byte);
  }
  return sum;
}

int main() {
  const Company company;
  for (const bool is_pipe : {true, false}) {
    int ends[2];
    expect(is_pipe ? pipe(ends) == 0 : socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    const pid_t rival = in_child([&] { read_some(ends[0], 1 << 30); });
    const pid_t writer = in_child([&] {
      for (int i = 0;; ++i) {
        const char byte = static_cast<char>(i);
        expect(write(ends[1], &byte, 1) == 1);
        if (i % 8 == 0) sleep_ms(1);
      }
    });
    show("sum", read_some(ends[0], 100));
    for (const pid_t pid : {rival, writer}) {
      expect(kill(pid, SIGKILL) == 0 && waitpid(pid, nullptr, 0) == pid);
    }
  }
  return done();
}
