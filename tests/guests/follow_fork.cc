// A forked child is recorded: its own number, memory, descriptors and clock; and a child of its own.
// record: --follow
// processes: 3
#include <sys/wait.h>

#include "guest.h"

static int waited_status(pid_t child) {
  int status = -1;
  expect(waitpid(child, &status, 0) == child && WIFEXITED(status));
  return WEXITSTATUS(status);
}

int main() {
  const pid_t parent = getpid();
  int value = 1;
  const pid_t child = fork();
  if (child == 0) {
    expect(getpid() != parent && getppid() == parent && gettid() == getpid());
    value = 2;
    const pid_t grandchild = fork();
    if (grandchild == 0) _exit(getppid() != parent && value == 2 ? 7 : 1);
    const uint64_t before = now_ns();
    sleep_ms(5);
    expect(now_ns() - before >= 5'000'000 && waited_status(grandchild) == 7);
    _exit(3);
  }
  show("child", static_cast<uint64_t>(child));
  expect(waited_status(child) == 3 && value == 1 && getpid() == parent);
  return done();
}
