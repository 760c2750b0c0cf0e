// The child returns from main as well: exit handlers run in both, output comes from both.
#include <sys/wait.h>

#include "guest.h"

static pid_t parent;

int main() {
  parent = getpid();
  atexit([] {
    if (getpid() == parent) done();
  });
  const pid_t child = fork();
  expect(child >= 0);
  if (child == 0) return 8;
  int status = -1;
  expect(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 8);
  return 0;
}
