// Death by the signal whose number is the argument: sent to itself, with the default action.
// runs: 1 -> 129 | 2 -> 130 | 3 -> 131 | 4 -> 132 | 5 -> 133 | 6 -> 134 | 7 -> 135 | 8 -> 136
// runs: 9 -> 137 | 10 -> 138 | 11 -> 139 | 12 -> 140 | 13 -> 141 | 14 -> 142 | 15 -> 143
// runs: 24 -> 152 | 25 -> 153 | 26 -> 154 | 27 -> 155 | 31 -> 159 | 34 -> 162 | 64 -> 192
// runs: 17 -> 0 | 18 -> 0 | 23 -> 0 | 28 -> 0
#include <signal.h>

#include "guest.h"

int main(int, char** argv) {
  done();
  const int number = atoi(argv[1]);
  signal(number, SIG_DFL);
  kill(getpid(), number);
  sleep_ms(1);
  return 0;
}
