// Between two calls: a loop that comes by its lines very often, in which registers never change.
#include <unistd.h>

static volatile long g_sum;

static void add(long value) {
  g_sum = g_sum + value;
}

static void work(int rounds) {
  for (int i = 0; i < rounds; ++i) {
    add(i);
    g_sum = g_sum + 1;
  }
  g_sum = g_sum * 2;
  getppid();
}

static void count(int rounds) {
  int done = 0;
again:
  ++done;
  if (done < rounds) goto again;
  getppid();
}

int main() {
  getppid();
  work(20'000);
  count(20'000);
  return 0;
}
