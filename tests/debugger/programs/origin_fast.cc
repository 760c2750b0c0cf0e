// Values on their way through registers: optimised.
// flags: -O2
#include <unistd.h>

#include <cstdio>
#include <cstring>

struct Pair {
  long first, second;
};

Pair g_made, g_kept;
long g_sum;

__attribute__((noinline)) long choose(long a, long b, bool second) {
  return second ? b : a;
}
__attribute__((noinline)) void keep(Pair pair) {
  g_kept = pair;
}
__attribute__((noinline)) void make(const char* text) {
  Pair pair;
  std::memcpy(&pair.first, text, sizeof pair.first);
  pair.second = choose(1, pair.first, text[0] == 'n');
  g_made = pair;
}

int main() {
  int ends[2];
  char text[16] = {};
  if (pipe(ends) != 0 || write(ends[1], "nine\0\0\0\0", 8) != 8) return 1;
  if (read(ends[0], text, sizeof text) != 8) return 1;
  make(text);
  keep(g_made);
  g_sum = g_kept.first + g_kept.second;
  std::printf("%lx\n", g_sum);
  return 0;
}
