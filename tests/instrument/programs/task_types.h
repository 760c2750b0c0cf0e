// Coroutine types as their authors write them: nothing here knows of weft.
#pragma once

#include <coroutine>
#include <cstdio>
#include <deque>
#include <exception>
#include <stdexcept>
#include <utility>

/// Starts when it is awaited, by symmetric transfer; resumes the coroutine that awaits it (as
/// cppcoro's task).
template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Awaiter {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept {
          return h.promise().continuation;
        }
        void await_resume() noexcept {}
      };
      return Awaiter{};
    }
    void unhandled_exception() { error = std::current_exception(); }
    void return_value(T v) { value = std::move(v); }

    std::coroutine_handle<> continuation = std::noop_coroutine();
    std::exception_ptr error;
    T value{};
  };

  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  auto operator co_await() && noexcept {
    struct Awaiter {
      std::coroutine_handle<promise_type> child;
      bool await_ready() noexcept { return child.done(); }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) noexcept {
        child.promise().continuation = waiter;
        return child;
      }
      T await_resume() {
        if (child.promise().error) std::rethrow_exception(child.promise().error);
        return std::move(child.promise().value);
      }
    };
    return Awaiter{handle_};
  }

  std::coroutine_handle<promise_type> handle() const { return handle_; }

 private:
  std::coroutine_handle<promise_type> handle_;
};

/// Starts at once, nobody waits for it, frees itself.
struct Detached {
  struct promise_type {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void unhandled_exception() { std::terminate(); }
    void return_void() noexcept {}
  };
};

/// Runs coroutines that are ready, one after another.
struct Loop {
  std::deque<std::coroutine_handle<>> ready;

  auto schedule() {
    struct Awaiter {
      Loop& loop;
      bool await_ready() { return false; }
      void await_suspend(std::coroutine_handle<> h) { loop.ready.push_back(h); }
      void await_resume() {}
    };
    return Awaiter{*this};
  }

  void run() {
    while (!ready.empty()) {
      const auto next = ready.front();
      ready.pop_front();
      next.resume();
    }
  }
};
