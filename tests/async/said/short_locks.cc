// untraced
// The twin of lock_queue.cc: the work is done outside of the lock; the threads wait for work, not
// for it.
// weft why: Nothing stands out.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

static std::mutex album;
static std::condition_variable more;
static int pictures = 0;

static void worker() {
  for (int i = 0; i < 4; ++i) {
    std::unique_lock lock(album);
    more.wait(lock, [] { return pictures > 0; });
    --pictures;
    lock.unlock();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

int main() {
  std::vector<std::thread> workers;
  for (int i = 0; i < 8; ++i) workers.emplace_back(worker);
  for (int i = 0; i < 32; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(4));
    const std::lock_guard lock(album);
    ++pictures;
    more.notify_one();
  }
  for (std::thread& each : workers) each.join();
}
