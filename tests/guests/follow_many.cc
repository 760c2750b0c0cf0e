// A hundred short children, ten at a time; every tenth has a child of its own.
// record: --follow
// processes: 111
#include <sys/wait.h>

#include "guest.h"

int main() {
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 10; ++i) {
      const pid_t child = fork();
      expect(child >= 0);
      if (child != 0) continue;
      if (i == 3) {
        if (fork() == 0) _exit(0);
        expect(wait(nullptr) > 0);
      }
      _exit(i);
    }
    int sum = 0;
    for (int i = 0; i < 10; ++i) {
      int status = -1;
      expect(wait(&status) > 0);
      sum += WEXITSTATUS(status);
    }
    expect(sum == 45);
  }
  return done();
}
