// flags: -O2
// An optimized function that ends with a jump to another: its frame is gone before its last line.
#include <unistd.h>

static volatile long total;

__attribute__((noinline)) static void add(long value) {
  total = total + value;
}

__attribute__((noinline)) static int work(long rounds) {
  for (long i = 0; i < rounds; ++i) {
    total = total * 3;
    add(i);
  }
  total = total + 1;
  return getppid();
}

int main() {
  total = getppid() != 0;
  return work(3) == 0;
}
