// A coroutine that goes on on other threads; std::async and std::thread beside it.
// variants: g++-O2 clang++-19-O0 clang++-19-O2
#include <future>
#include <thread>

#include "task_types.h"

/// Goes on on a thread of its own; the code that resumed it waits for that thread.
struct OnNewThread {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> h) {
    std::thread started([h] { h.resume(); });
    started.join();  // by now the awaiter may be gone
  }
  void await_resume() {}
};

Task<int> hops() {
  const auto first = std::this_thread::get_id();
  co_await OnNewThread();
  const bool other = std::this_thread::get_id() != first;
  co_await OnNewThread();
  co_return other ? std::async(std::launch::async, [] { return 5; }).get() : 0;
}

Detached top() {
  std::printf("hopped %d\n", co_await hops());
}

int main() {
  top();
  std::printf("end\n");
}
