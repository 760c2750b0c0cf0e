// A lock that suspends the coroutine, not the thread. For programs with one thread.
//
// The three lines with WEFT tell weft which task owns the lock and which waits for it; without them
// weft still shows where each task waits (README.md shows both). In a program that is not recorded
// they do nothing.
#pragma once

#include <coroutine>
#include <deque>

#if __has_include(<weft/async.h>) && !defined(PLAIN)
#include <weft/async.h>
#define WEFT(words) words
#else
#define WEFT(words)
#endif

class AsyncMutex {
 public:
  explicit AsyncMutex(const char* name) : name_(name) {}
  AsyncMutex(const AsyncMutex&) = delete;

  /// co_await mutex.lock()
  auto lock() { return Lock{*this}; }

  /// It goes straight to the one that has waited longest.
  void unlock() {
    WEFT(weft::released(this, name_));
    if (waiting_.empty()) {
      locked_ = false;
      return;
    }
    const auto next = waiting_.front();
    waiting_.pop_front();
    next.resume();
  }

  const char* name() const { return name_; }

 private:
  struct Lock {
    AsyncMutex& mutex;
    bool await_ready() { return !mutex.locked_; }
    void await_suspend(std::coroutine_handle<> self) { mutex.waiting_.push_back(self); }
    void await_resume() {
      mutex.locked_ = true;
      WEFT(weft::acquired(&mutex, mutex.name_));
    }
    WEFT(weft::Waiting weft_waiting() const noexcept { return weft::waiting_for_lock(&mutex); })
  };

  const char* name_;
  bool locked_ = false;
  std::deque<std::coroutine_handle<>> waiting_;
};
