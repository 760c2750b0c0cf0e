// untraced
// Two fibers that lock two mutexes of Boost.Fiber in opposite orders, and one that pushes into a
// channel from which nobody takes: a replay shows where each of them stands, and whose the mutexes
// are. Its twin is fiber_waits.cc.
// libs: -lboost_fiber -lboost_context
// weft why: cycle of 2 tasks: nothing in it can go on by itself
// weft tasks --stuck: ^CYCLE of 2
// weft tasks --stuck: \(FILE:ORDERS\) waits for mutex "orders" \(boost::fibers::mutex::lock\), owned by
// weft tasks --stuck: \(FILE:STOCK\) waits for mutex "stock" \(boost::fibers::mutex::lock\), owned by
// weft tasks --stuck: supply \(FILE:FULL\)
// never weft tasks --stuck: nobody|No cycle
#include <unistd.h>

#include <boost/fiber/all.hpp>
#include <chrono>
#include <thread>

using std::chrono::milliseconds;
namespace fibers = boost::fibers;

static fibers::mutex stock, orders;
static fibers::buffered_channel<int> parts(2);

static void reserve() {
  const std::lock_guard first(stock);
  boost::this_fiber::sleep_for(milliseconds(20));
  const std::lock_guard second(orders);  // ORDERS
}

static void bill() {
  const std::lock_guard first(orders);
  boost::this_fiber::sleep_for(milliseconds(20));
  const std::lock_guard second(stock);  // STOCK
}

static void supply() {
  for (int i = 0; i < 9; ++i) parts.push(i);  // FULL
}

int main() {
  std::thread watchdog([] {
    std::this_thread::sleep_for(milliseconds(300));
    _exit(0);
  });
  fibers::fiber one(reserve), two(bill), three(supply);
  one.join();
  two.join();
  three.join();
  watchdog.join();
}
