// Parent and child talk over two pipes, 1,000 messages each way.
#include <sys/wait.h>

#include "guest.h"

int main() {
  int down[2], up[2];
  expect(pipe(down) == 0 && pipe(up) == 0);
  const pid_t child = fork();
  expect(child >= 0);
  uint64_t value = 0;
  if (child == 0) {
    close(down[1]);
    while (read(down[0], &value, 8) == 8) {
      value = value * 3 + static_cast<uint64_t>(getpid());
      if (write(up[1], &value, 8) != 8) _exit(1);
    }
    _exit(0);
  }
  for (int i = 0; i < 1000; ++i) {
    expect(write(down[1], &value, 8) == 8);
    expect(read(up[0], &value, 8) == 8);
  }
  close(down[1]);
  int status = -1;
  expect(waitpid(child, &status, 0) == child && status == 0);
  show("value", value);
  return done();
}
