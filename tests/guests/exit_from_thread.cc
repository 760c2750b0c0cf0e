// A thread calls _exit while the main thread waits to join it.
// status: 7
#include <thread>

#include "guest.h"

int main() {
  std::thread thread([] {
    show("time", now_ns());
    sleep_ms(5);
    _exit(7);
  });
  thread.join();
  return 1;
}
