// A daemon made by two forks outlives the program: it is recorded to its own end.
// record: --follow
// processes: 3
#include <signal.h>
#include <sys/wait.h>

#include "guest.h"

int main() {
  int ends[2];
  expect(pipe(ends) == 0);
  const pid_t first = fork();
  if (first == 0) {
    setsid();
    if (fork() != 0) _exit(0);
    for (int fd = 0; fd < 3; ++fd) close(fd);
    const pid_t me = getpid();
    expect(write(ends[1], &me, sizeof me) == sizeof me);
    sleep_ms(200);
    _exit(getpid() == me ? 0 : 1);
  }
  pid_t second = 0;
  expect(read(ends[0], &second, sizeof second) == sizeof second);
  show("the daemon", static_cast<uint64_t>(second));
  expect(waitpid(first, nullptr, 0) == first && kill(second, 0) == 0);
  return done();
}
