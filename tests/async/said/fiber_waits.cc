// untraced
// The twin of fiber_locks.cc: one fiber waits for a mutex that another one will release, after it
// has slept.
// libs: -lboost_fiber -lboost_context
// weft why: Nothing stands out.
// weft tasks --stuck: mutex "stock" \(boost::fibers::mutex::lock\), owned by fiber
// weft tasks --stuck: bill \(FILE:STOCK\)
// never weft tasks --stuck: CYCLE
#include <unistd.h>

#include <boost/fiber/all.hpp>
#include <chrono>
#include <thread>

using std::chrono::milliseconds;
namespace fibers = boost::fibers;

static fibers::mutex stock;

static void reserve() {
  const std::lock_guard lock(stock);
  boost::this_fiber::sleep_for(milliseconds(600));
}

static void bill() {
  boost::this_fiber::sleep_for(milliseconds(10));
  const std::lock_guard lock(stock);  // STOCK
}

int main() {
  std::thread watchdog([] {
    std::this_thread::sleep_for(milliseconds(300));
    _exit(0);
  });
  fibers::fiber one(reserve), two(bill);
  one.join();
  two.join();
  watchdog.join();
}
