// More than a million instructions between two calls: back through them goes the debugger.
#include <unistd.h>

#include <cstdlib>

static volatile unsigned long total;

__attribute__((noinline)) static void add(unsigned long value) {
  total = total + value;
}

__attribute__((noinline)) static void work(long rounds) {
  for (long i = 0; i < rounds; ++i) {
    const long odd = i | 1;
    total = total * 3;
    add(static_cast<unsigned long>(odd));
  }
  total = total + 1;
  static_cast<void>(getppid());
}

int main(int count, char** arguments) {
  static_cast<void>(getppid());
  work(count > 1 ? std::atol(arguments[1]) : 60'000);
  return 0;
}
