// A dynamic binary at a fixed address, with copy relocations.
// flags: -no-pie -fno-pie
#include <thread>

#include "guest.h"

int main() {
  expect(reinterpret_cast<uintptr_t>(&main) < 0x1000'0000);
  expect(environ != nullptr && stdout != nullptr);
  std::thread([] { show("in a thread", now_ns()); }).join();
  return done();
}
