// untraced
// Eight threads, but all of their work is done under one mutex. Its twin is short_locks.cc.
// weft why: 7 threads at once waited for mutex "album" \(pthread_mutex_lock\), owned by .*, at FILE:LOCKED
// weft why: the owner stood in .*thumbnail \(FILE:WORK\) <- worker \(FILE:INSIDE\)
// never weft why: cycle
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

static std::mutex album;

static void thumbnail() {
  std::this_thread::sleep_for(std::chrono::milliseconds(10));  // WORK
}

static void worker() {
  for (int i = 0; i < 4; ++i) {
    const std::lock_guard lock(album);  // LOCKED
    thumbnail();                        // INSIDE
  }
}

int main() {
  std::vector<std::thread> workers;
  for (int i = 0; i < 8; ++i) workers.emplace_back(worker);
  for (std::thread& each : workers) each.join();
}
