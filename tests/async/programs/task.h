// A lazy coroutine type as people write it: starts when it is awaited, resumes its awaiter by
// symmetric transfer, carries a value or an exception. And a queue of coroutines that are ready.
#pragma once

#include <coroutine>
#include <deque>
#include <exception>
#include <utility>
#include <variant>

template <class T>
class Task {
 public:
  struct promise_type {
    Task get_return_object() { return Task(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct ResumeAwaiter {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        return self.promise().awaiter;
      }
      void await_resume() noexcept {}
    };
    ResumeAwaiter final_suspend() noexcept { return {}; }
    void return_value(T value) { result.template emplace<1>(std::move(value)); }
    void unhandled_exception() { result.template emplace<2>(std::current_exception()); }

    std::coroutine_handle<> awaiter = std::noop_coroutine();
    std::variant<std::monostate, T, std::exception_ptr> result;
  };
  using Handle = std::coroutine_handle<promise_type>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) {
    handle_.promise().awaiter = awaiter;
    return handle_;
  }
  T await_resume() {
    auto& result = handle_.promise().result;
    if (result.index() == 2) std::rethrow_exception(std::get<2>(result));
    return std::move(std::get<1>(result));
  }

  /// For a task without an awaiter.
  void start() { handle_.resume(); }

 private:
  explicit Task(Handle handle) : handle_(handle) {}
  Handle handle_;
};

/// Coroutines that are ready to run, first come, first served.
class ReadyQueue {
 public:
  /// co_await queue.turn(): to the end of the queue.
  auto turn() {
    struct Awaiter {
      ReadyQueue& queue;
      bool await_ready() { return false; }
      void await_suspend(std::coroutine_handle<> handle) { queue.ready_.push_back(handle); }
      void await_resume() {}
    };
    return Awaiter{*this};
  }
  bool run_one() {
    if (ready_.empty()) return false;
    const auto next = ready_.front();
    ready_.pop_front();
    next.resume();
    return true;
  }
  void run() {
    while (run_one()) {
    }
  }

 private:
  std::deque<std::coroutine_handle<>> ready_;
};
