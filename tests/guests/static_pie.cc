// A static-PIE binary relocates itself; its address is seen.
// flags: -static-pie -fPIE
#include <thread>

#include "guest.h"

static const char* const names[] = {"relocated", "pointers"};

int main() {
  expect(std::string(names[1]) == "pointers");
  std::thread([] { show("in a thread", now_ns()); }).join();
  show("main at", reinterpret_cast<uintptr_t>(&main));
  return done();
}
