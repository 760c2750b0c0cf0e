// Threads alone: what each was started with, and what it waits for.
// weft tasks --at NOW --tree: ^running .* thread 0
// weft tasks --at NOW --tree: Pool::work \(thread 1\) +FILE:WORK
// weft tasks --at NOW: ^blocked .* background \(thread \d\) +FILE:BACKGROUND +clock_nanosleep
// weft tasks --at NOW: ^blocked .* main \(thread \d\) +FILE:LAMBDA +clock_nanosleep
// weft tasks --at NOW: ^blocked .* main \(thread \d\) +FILE:ASYNC +clock_nanosleep
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

using std::chrono::milliseconds;

class Pool {
 public:
  Pool() : worker_(&Pool::work, this) {}
  ~Pool() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_one();
    worker_.join();
  }

 private:
  void work() {  // WORK
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stop_; });
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  std::thread worker_;
};

static void background(std::stop_token stop) {  // BACKGROUND
  while (!stop.stop_requested()) std::this_thread::sleep_for(milliseconds(100));
}

int main() {
  Pool pool;
  std::jthread flusher(background);
  std::thread sleeper([] { std::this_thread::sleep_for(milliseconds(300)); });  // LAMBDA
  auto answer = std::async(std::launch::async, [] {                             // ASYNC
    std::this_thread::sleep_for(milliseconds(300));
    return 42;
  });
  std::this_thread::sleep_for(milliseconds(150));
  if (write(STDERR_FILENO, "NOW\n", 4) != 4) return 1;
  sleeper.join();
  return answer.get() == 42 ? 0 : 1;
}
