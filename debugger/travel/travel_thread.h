/// The thread that owns the program in focus: ptrace(2) knows only the thread that attached.
///
/// Others hand it work. What it is doing can be interrupted from anywhere, see
/// Traveller::interrupt().
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

namespace weft::travel {

class TravelThread {
 public:
  TravelThread() : thread_([this](const std::stop_token& stop) { work(stop); }) {}
  ~TravelThread() {
    thread_.request_stop();
    arrived_.notify_all();
  }

  /// Has it done there, some time.
  void post(std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(work));
    }
    arrived_.notify_all();
  }
  /// Has it done there, and waits for the result. Not from the thread itself.
  template <class F>
  auto call(F work) -> decltype(work()) {
    std::packaged_task<decltype(work())()> task(std::move(work));
    auto result = task.get_future();
    post([&task] { task(); });
    return result.get();
  }

 private:
  void work(const std::stop_token& stop) {
    while (true) {
      std::function<void()> next;
      {
        std::unique_lock lock(mutex_);
        if (!arrived_.wait(lock, stop, [this] { return !queue_.empty(); })) return;
        next = std::move(queue_.front());
        queue_.pop_front();
      }
      next();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<std::function<void()>> queue_;
  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace weft::travel
