// O_NONBLOCK belongs to the open file: it changes through a duplicate, and by another process.
#include <fcntl.h>
#include <sys/wait.h>

#include "company.h"

static void set_nonblocking(int fd, bool on) {
  const int flags = fcntl(fd, F_GETFL);
  expect(fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) == 0);
}

static void expect_wait(int from, int to) {
  const uint64_t start = now_ns();
  const pid_t child = in_child([&] {
    sleep_ms(10);
    expect(write(to, "x", 1) == 1);
  });
  char byte;
  expect(read(from, &byte, 1) == 1 && byte == 'x');
  expect(now_ns() - start >= 10'000'000);
  expect(waitpid(child, nullptr, 0) == child);
}

static void expect_no_wait(int from) {
  char byte;
  expect(read(from, &byte, 1) == -1 && errno == EAGAIN);
}

int main() {
  int ends[2];
  expect(pipe(ends) == 0);
  const Company company;
  const int copy = dup(ends[0]);
  expect_wait(ends[0], ends[1]);
  for (int i = 0; i < 3; ++i) {
    set_nonblocking(copy, true);
    expect_no_wait(ends[0]);
    set_nonblocking(copy, false);
    expect_wait(ends[0], ends[1]);
    for (const bool on : {true, false}) {
      const pid_t child = in_child([&] { set_nonblocking(ends[0], on); });
      expect(waitpid(child, nullptr, 0) == child);
      on ? expect_no_wait(ends[0]) : expect_wait(ends[0], ends[1]);
    }
  }
  return done();
}
