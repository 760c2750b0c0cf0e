// untraced
// A crash in one of several threads: which, where, and in the call of whom.
// status 139
// weft why: SIGSEGV killed the program, in thread [0-9]+ at FILE:CRASH
// weft why: total \(FILE:CRASH\) <- work \(FILE:ASKED\)
// weft why: weft debug -c 'goto crash' -c where
#include <chrono>
#include <thread>
#include <vector>

struct Order {
  int price = 3;
};

static const Order* find(int number) {
  static const Order order;
  return number == 17 ? nullptr : &order;
}

__attribute__((noinline)) static int total(int number) {
  return find(number)->price;  // CRASH
}

static void work(int first) {
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (total(first + i) == 0) return;  // ASKED
  }
}

int main() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work, 10 * i);
  for (std::thread& each : threads) each.join();
}
