// untraced
// Two threads that lock two mutexes in opposite orders. Their calls never return, so no event tells
// of them: a replay to the moment does. Its twin is lock_held.cc.
// weft why: cycle of 2 threads: nothing in it can go on by itself
// weft tasks --stuck: ^CYCLE of 2
// weft tasks --stuck: thread 1 \(FILE:AUDIT\) waits for mutex "audit" \(pthread_mutex_lock\), owned by
// weft tasks --stuck: thread 2 \(FILE:ACCOUNTS\) waits for mutex "accounts" \(pthread_mutex_lock\), owned by
// weft tasks --stuck: thread 0 blocked for .*: thread 1 to end \(pthread_join\)
// weft tasks --stuck: transfer \(FILE:AUDIT\)
// weft tasks --stuck --at NOW: ^CYCLE of 2
// weft tasks: ^blocked .* thread 1 .* a call that has not returned
// weft tasks --stuck --no-replay: Without a replay
// never weft tasks --stuck --no-replay: CYCLE|No cycle|no task
// never weft tasks --stuck: No cycle|no task
#include <unistd.h>

#include <chrono>
#include <mutex>
#include <thread>

using std::chrono::milliseconds;

static std::mutex accounts, audit;

static void transfer() {
  const std::lock_guard from(accounts);
  std::this_thread::sleep_for(milliseconds(50));
  const std::lock_guard to(audit);  // AUDIT
}

static void report() {
  const std::lock_guard from(audit);
  std::this_thread::sleep_for(milliseconds(50));
  const std::lock_guard to(accounts);  // ACCOUNTS
}

int main() {
  std::thread first(transfer), second(report);
  std::thread watchdog([] {
    std::this_thread::sleep_for(milliseconds(300));
    if (write(STDERR_FILENO, "NOW\n", 4) != 4) _exit(1);
    _exit(0);
  });
  first.join();
  second.join();
  watchdog.join();
}
