// vfork children that die by signals: from outside, of their own, by a fault, while they wait.
#include <signal.h>
#include <sys/wait.h>

#include "guest.h"

static volatile int* volatile nowhere;
static volatile int steps;

int main() {
  for (int way = 0; way < 4; ++way) {
    const pid_t child = vfork();
    expect(child >= 0);
    if (child == 0) {
      steps = steps + 1;
      if (way == 0) kill(getpid(), SIGKILL);
      if (way == 1) raise(SIGTERM);
      if (way == 2) *nowhere = 1;
      alarm(1);
      for (;;) pause();
    }
    const int wanted[] = {SIGKILL, SIGTERM, SIGSEGV, SIGALRM};
    int status = -1;
    expect(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    expect(WTERMSIG(status) == wanted[way] && steps == way + 1);
    show("child", static_cast<uint64_t>(child));
  }
  return done();
}
