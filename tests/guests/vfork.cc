// vfork: the child execs, or fails to and leaves with _exit; the parent's memory is shared so long.
#include <sys/wait.h>

#include "guest.h"

int main() {
  volatile int seen = 0;
  const char* const programs[] = {"/bin/true", "/nonexistent", "/bin/false"};
  for (volatile int i = 0; i < 3;) {
    const char* const program = programs[i];
    const pid_t child = vfork();
    expect(child >= 0);
    if (child == 0) {
      seen = seen + 1;
      execl(program, program, nullptr);
      _exit(77);
    }
    int status = -1;
    expect(waitpid(child, &status, 0) == child);
    const int wanted = program[1] == 'n' ? 77 : program[5] == 'f' ? 1 : 0;
    expect(WEXITSTATUS(status) == wanted);
    i = i + 1;
  }
  expect(seen == 3);
  return done();
}
