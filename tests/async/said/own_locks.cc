// Tasks of a library of their own, whose mutex, semaphore and channel tell weft nothing: who came
// through them is seen, and so is that it can never go on. Its twin is own_locks_held.cc.
// weft why: cycle of 2 tasks, if who used a lock last has it: nothing in it can go on by itself
// weft why: 2 tasks that came through lock .* wait for it again, .* transfer #[0-9]+ \(FILE:SECOND\)
// weft why: supply #[0-9]+ \(FILE:FULL\) waits for channel 0x[0-9a-f]+, which no other task has come through
// weft tasks --stuck: reserve #[0-9]+ \(FILE:ORDERS\) waits for lock 0x.*, which bill #[0-9]+ used last
// weft tasks --stuck: bill #[0-9]+ \(FILE:STOCK\) waits for lock 0x.*, which reserve #[0-9]+ used last
// never weft tasks --stuck: task authenticate
#include "own_tasks.h"

using namespace own;

static Mutex stock, orders;
static Semaphore connections(2);
static Channel parts(2);
static Event never;

static Task reserve() {
  co_await stock.lock();
  co_await loop.sleep(20);
  co_await orders.lock();  // ORDERS
}

static Task bill() {
  co_await orders.lock();
  co_await loop.sleep(20);
  co_await stock.lock();  // STOCK
}

static Task transfer() {
  co_await connections.acquire();
  co_await loop.sleep(10);
  co_await connections.acquire();  // SECOND
}

static Task supply() {
  for (int i = 0; i < 9; ++i) co_await parts.push(i);  // FULL
}

/// Both wait for one event, which holds the handle of the first: neither awaits the other.
static Task authenticate() {
  co_await never;
}

int main() {
  loop.spawn(reserve());
  loop.spawn(bill());
  for (int i = 0; i < 3; ++i) loop.spawn(transfer());
  loop.spawn(supply());
  loop.spawn(authenticate());
  loop.spawn(authenticate());
  loop.spawn(end_after(400));
  loop.run();
}
