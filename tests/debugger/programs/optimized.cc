// Code that the compiler has moved about.
// flags: -O2
#include <unistd.h>

#include <cstdint>

uint64_t g_state = 1;

__attribute__((noinline)) uint64_t mix(uint64_t value) {
  value ^= value << 13;
  value ^= value >> 7;
  value ^= value << 17;
  return value;
}

__attribute__((noinline)) uint64_t rounds(int count) {
  uint64_t value = g_state;
  for (int i = 0; i < count; ++i) {
    value = mix(value);
    if (i == count / 2) g_state = value;
  }
  return value;
}

int main() {
  const uint64_t value = rounds(10);
  (void)!write(1, "done\n", 5);
  return value == 0;
}
