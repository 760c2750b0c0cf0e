// untraced
// status 142
// Two threads wait for ever, for each other in the end, and an alarm kills them. Its twin is
// timed_waits.cc.
// weft why: all 2 threads are blocked: no thread of the program can wake them
// weft why: the last one to stop: .* before the end, waits for
// weft tasks --stuck: thread 1 blocked .* condition variable "changed" \(pthread_cond_wait\)
// weft tasks --stuck: ^1 waits for something whose owner is not known
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>

static std::mutex mutex;
static std::condition_variable changed;

static void wait_for_it() {
  std::unique_lock lock(mutex);
  changed.wait(lock);
}

int main() {
  ualarm(300'000, 0);
  std::thread waiter(wait_for_it);
  waiter.join();
}
