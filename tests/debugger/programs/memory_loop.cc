// Loops whose counter lies in memory far from the stack: round by round, all registers are the same.
#include <unistd.h>

static long g_left;

static void count_down(long rounds) {
  g_left = rounds;
  asm volatile("1: decq %0\n\t jnz 1b" : "+m"(g_left)::"cc");
  getppid();
}

int main() {
  getppid();
  count_down(100);
  count_down(900);
  return 0;
}
