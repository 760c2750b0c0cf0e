// Recursion six megabytes deep on the main stack, with a call at the bottom and on the way.
#include <sys/resource.h>

#include "guest.h"

__attribute__((noinline)) static uint64_t descend(int depth) {
  volatile char frame[1000];
  frame[0] = static_cast<char>(depth);
  if (depth % 1000 == 0) expect(getppid() > 0);
  if (depth == 0) return now_ns();
  return descend(depth - 1) + static_cast<uint64_t>(frame[0]);
}

int main() {
  rlimit limit{};
  expect(getrlimit(RLIMIT_STACK, &limit) == 0);
  expect(limit.rlim_cur >= 8 << 20);
  show("bottom", descend(6000));
  return done();
}
