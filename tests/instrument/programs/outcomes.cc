// How coroutines end: done, failed, cancelled before and after they started, failed through
// resume().
#include <system_error>

#include "task_types.h"

Loop loop;

struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Task<int> fails() {
  co_await loop.schedule();
  throw Failure("no");
}

Task<int> survives() {
  try {
    co_return co_await fails();
  } catch (const Failure&) {
    co_return 1;
  }
}

Detached top() {
  std::printf("survived %d\n", co_await survives());
}

Task<int> waits_forever() {
  co_await std::suspend_always();
  co_return 1;
}

/// Lets exceptions through to the code that resumes it.
struct Lets {
  struct promise_type {
    Lets get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void unhandled_exception() { throw; }
    void return_void() {}
  };
  std::coroutine_handle<promise_type> handle;
};

Lets lets_through() {
  co_await std::suspend_always();
  throw 42;
}

/// Ends itself where it stands.
struct Stop {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> h) { h.destroy(); }
  void await_resume() {}
};

Detached stops() {
  co_await Stop();
  std::printf("not reached\n");
}

int main() {
  top();
  loop.run();
  {
    auto started = waits_forever();
    auto not_started = waits_forever();
    started.handle().resume();
  }
  Lets lets = lets_through();
  lets.handle.resume();
  try {
    lets.handle.resume();
  } catch (int n) {
    std::printf("caught %d done %d\n", n, lets.handle.done());
  }
  lets.handle.destroy();
  stops();
  std::printf("end\n");
}
