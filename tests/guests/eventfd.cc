// Two threads signal each other through eventfds, blocking; counters add up.
#include <sys/eventfd.h>

#include <thread>

#include "guest.h"

int main() {
  const int there = eventfd(0, 0), back = eventfd(0, 0);
  std::thread echo([=] {
    uint64_t value = 0;
    for (int i = 0; i < 500; ++i) {
      expect(read(there, &value, 8) == 8);
      expect(write(back, &value, 8) == 8);
    }
  });
  for (uint64_t i = 1; i <= 500; ++i) {
    uint64_t value = i;
    expect(write(there, &value, 8) == 8);
    expect(read(back, &value, 8) == 8 && value == i);
  }
  echo.join();
  uint64_t two = 2;
  for (int i = 0; i < 10; ++i) expect(write(there, &two, 8) == 8);
  expect(read(there, &two, 8) == 8 && two == 20);
  return done();
}
