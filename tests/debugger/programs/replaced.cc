// Replaces itself: by itself, and by the same program again.
#include <unistd.h>

static int square(int value) {
  getppid();
  return value * value;
}

static int cube(int value) {
  getppid();
  return value * value * value;
}

int main(int count, char** arguments) {
  if (count > 1) return cube(3) != 27;
  if (square(3) == 9) execl("/proc/self/exe", arguments[0], "again", nullptr);
  return 1;
}
