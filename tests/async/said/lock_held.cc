// untraced
// Threads that wait for somebody who will come: no cycle. The twin of deadlock.cc.
// weft tasks --stuck --at NOW: ^No cycle of tasks
// weft tasks --stuck --at NOW: thread 1 blocked .* mutex "ledger" \(pthread_mutex_lock\), owned by thread 0
// weft tasks --stuck --at NOW: second \(FILE:SECOND\)
// weft tasks --stuck --at NOW: thread 2 blocked .* read-write lock "prices" .* owned by thread 0
// never weft tasks --stuck --at NOW: CYCLE|not known
// weft why: ^Nothing stands out
// weft tasks --stuck: ^  no task
// never weft tasks --stuck: CYCLE|not known|blocked
#include <unistd.h>

#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <thread>

using std::chrono::milliseconds;

static std::mutex ledger;
static std::shared_mutex prices;

static void second() {
  const std::lock_guard held(ledger);  // SECOND
}

static void reader() {
  const std::shared_lock held(prices);
}

int main() {
  std::unique_lock held(ledger);
  std::unique_lock written(prices);
  std::thread writer(second), other(reader);
  std::this_thread::sleep_for(milliseconds(100));
  if (write(STDERR_FILENO, "NOW\n", 4) != 4) return 1;
  held.unlock();
  written.unlock();
  writer.join();
  other.join();
}
