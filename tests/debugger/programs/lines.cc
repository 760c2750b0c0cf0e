// Loops, calls, recursion: what stepping by line has to get right.
#include <unistd.h>

#include <cstdio>

int g_last = 0;

int add(int a, int b) {
  int sum = a + b;
  return sum;
}

int factorial(int n) {
  if (n <= 1) {
    return 1;
  }
  int below = factorial(n - 1);
  return n * below;
}

int loop(int n) {
  int total = 0;
  for (int i = 0; i < n; ++i) {
    total = add(total, i);
  }
  g_last = total;
  return total;
}

void say(int number) {
  char text[32];
  int length = std::snprintf(text, sizeof text, "%d\n", number);
  ssize_t written = write(1, text, static_cast<size_t>(length));
  (void)written;
}

int main() {
  int a = loop(4);
  say(a);
  int b = factorial(4);
  say(b);
  int c = add(add(1, 2), add(3, 4));
  say(c);
  g_last = 99;
  for (int i = 0; i < 3; ++i) g_last += i;
  say(g_last);
  return 0;
}
