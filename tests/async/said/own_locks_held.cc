// The twin of own_locks.cc: a mutex, a semaphore and a channel are waited for when the program
// ends, and all of them would have been given back. Workers wait for semaphores that give them
// work, and one task for a channel that nobody has used yet.
// weft why: Nothing stands out.
// never weft tasks --stuck: CYCLE
#include "own_tasks.h"

using namespace own;

static Mutex stock, orders;
static Semaphore connections(2);
static Channel parts(2), quit(1);
static Semaphore jobs(0), letters(2);

static Task reserve() {
  co_await stock.lock();
  co_await orders.lock();
  co_await loop.sleep(600);
  orders.unlock();
  stock.unlock();
}

static Task bill() {
  co_await loop.sleep(5);
  co_await stock.lock();
  stock.unlock();
}

static Task transfer() {
  co_await connections.acquire();
  co_await loop.sleep(600);
  connections.release();
}

static Task supply() {
  for (int i = 0; i < 900; ++i) co_await parts.push(i);
}

static Task assemble() {
  for (;;) {
    co_await parts.pop();
    co_await loop.sleep(70);
  }
}

static Task work() {
  for (;;) {
    co_await jobs.acquire();
    co_await loop.sleep(5);
  }
}

static Task order() {
  for (int i = 0; i < 3; ++i) jobs.release();
  co_await loop.sleep(50);
}

static Task deliver() {
  for (int i = 0; i < 2; ++i) letters.release();
  for (;;) {
    co_await letters.acquire();
    co_await loop.sleep(5);
  }
}

static Task wait_for_end() {
  co_await quit.pop();
}

int main() {
  loop.spawn(reserve());
  loop.spawn(bill());
  for (int i = 0; i < 3; ++i) loop.spawn(transfer());
  loop.spawn(supply());
  loop.spawn(assemble());
  for (int i = 0; i < 3; ++i) loop.spawn(work());
  loop.spawn(order());
  for (int i = 0; i < 2; ++i) loop.spawn(deliver());
  loop.spawn(wait_for_end());
  loop.spawn(end_after(400));
  loop.run();
}
