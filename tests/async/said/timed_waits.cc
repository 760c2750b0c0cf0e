// untraced
// status 142
// All threads wait, two of them for each other's mutexes: but each will give up after an hour. An alarm
// is earlier. The twin of deadlock.cc and standstill.cc.
// never weft why: cycle|no thread of the program can
// never weft tasks --stuck: CYCLE|no task
// weft tasks --stuck: mutex "audit" \(pthread_mutex_clocklock, for a limited time\), owned by
// weft tasks --stuck: condition variable "changed" \(\w+, for a limited time\)
// weft tasks --stuck: thread 0 blocked for .*: thread 1 to end \(pthread_join\)
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

static std::timed_mutex accounts, audit;
static std::mutex mutex;
static std::condition_variable changed;

static void transfer() {
  const std::lock_guard from(accounts);
  std::this_thread::sleep_for(50ms);
  const std::unique_lock to(audit, 1h);
}

static void report() {
  const std::lock_guard from(audit);
  std::this_thread::sleep_for(50ms);
  const std::unique_lock to(accounts, 1h);
}

static void wait_for_it() {
  std::unique_lock lock(mutex);
  changed.wait_for(lock, 1h);
}

int main() {
  ualarm(300'000, 0);
  std::thread first(transfer), second(report), third(wait_for_it);
  first.join();
  second.join();
  third.join();
}
