// A thread sends the signal to itself with tgkill while the main thread blocks in a join.
// runs: 11 -> 139 | 15 -> 143 | 9 -> 137 | 6 -> 134 | 10 -> 138
#include <signal.h>

#include <thread>

#include "guest.h"

int main(int, char** argv) {
  done();
  const int number = atoi(argv[1]);
  std::thread thread([=] {
    sleep_ms(5);
    raise(number);
  });
  thread.join();
  return 0;
}
