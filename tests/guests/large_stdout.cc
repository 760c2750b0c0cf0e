// Eight megabytes to stdout, in writes of many sizes, and some to stderr.
#include "guest.h"

int main() {
  std::string line = "time " + std::to_string(now_ns()) + " ";
  line.resize(1 << 16, '.');
  line.back() = '\n';
  size_t total = 0;
  for (size_t i = 0; total < 8 << 20; ++i) {
    const size_t size = 1 + i * 7919 % line.size();
    expect(write(1, line.data(), size) == static_cast<ssize_t>(size));
    total += size;
  }
  dprintf(2, "\n%zu bytes\n", total);
  return done();
}
