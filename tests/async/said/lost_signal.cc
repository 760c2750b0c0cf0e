// untraced
// A condition variable that was notified too early: nobody owns it, so no cycle is ruled out.
// weft tasks --stuck: ^1 waits for something whose owner is not known
// weft tasks --stuck: thread 1 blocked .* condition variable "changed" \(pthread_cond_wait\)
// weft tasks --stuck: wait_for_it \(FILE:WAIT\)
// never weft tasks --stuck: No cycle|CYCLE|no task
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

using std::chrono::milliseconds;

static std::mutex mutex;
static std::condition_variable changed;

static void wait_for_it() {
  std::unique_lock lock(mutex);
  changed.wait(lock);  // WAIT
}

int main() {
  changed.notify_all();
  std::thread waiter(wait_for_it);
  std::this_thread::sleep_for(milliseconds(200));
  _exit(0);
}
