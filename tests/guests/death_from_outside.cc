// A child kills the guest, which blocks in a read or in a loop without calls.
// runs: read 15 -> 143 | read 9 -> 137 | loop 15 -> 143 | loop 9 -> 137 | loop 2 -> 130
#include <signal.h>

#include "guest.h"

int main(int, char** argv) {
  const pid_t parent = getpid();
  const int number = atoi(argv[2]);
  signal(number, SIG_DFL);
  done();
  if (fork() == 0) {
    usleep(20'000);
    _exit(kill(parent, number));
  }
  int ends[2];
  expect(pipe(ends) == 0);
  char byte;
  if (std::string(argv[1]) == "read") expect(read(ends[0], &byte, 1) == 0);
  spin();
}
