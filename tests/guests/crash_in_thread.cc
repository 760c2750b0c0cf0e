// A thread divides by zero while the others work and wait.
// status: 136
#include <thread>

#include "guest.h"

int main() {
  done();
  std::thread worker([] {
    for (;;) sleep_ms(1);
  });
  std::thread crasher([] {
    sleep_ms(10);
    volatile int zero = 0;
    volatile int result = 1000 / zero;
    (void)result;
  });
  crasher.join();
  worker.join();
}
