// A coroutine library as people write them, for programs of this folder: nothing in it knows weft.
#pragma once
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <coroutine>
#include <cstdlib>
#include <deque>
#include <exception>
#include <map>
#include <utility>

namespace own {

struct Task {
  struct promise_type {
    std::coroutine_handle<> next;
    bool detached = false;
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> ended) noexcept {
        const std::coroutine_handle<> next = ended.promise().next;
        if (ended.promise().detached) ended.destroy();
        return next ? next : std::noop_coroutine();
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  explicit Task(std::coroutine_handle<promise_type> started) : handle(started) {}
  Task(Task&& other) noexcept : handle(std::exchange(other.handle, {})) {}
  ~Task() {
    if (handle) handle.destroy();
  }
  bool await_ready() const { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) {
    handle.promise().next = waiter;
    return handle;
  }
  void await_resume() {}
  std::coroutine_handle<promise_type> handle;
};

using Clock = std::chrono::steady_clock;

class Loop {
 public:
  void spawn(Task task) {
    auto handle = std::exchange(task.handle, {});
    handle.promise().detached = true;
    ready.push_back(handle);
  }
  struct Sleep {
    Loop& loop;
    int milliseconds;
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
      loop.timers.emplace(Clock::now() + std::chrono::milliseconds(milliseconds), waiter);
    }
    void await_resume() {}
  };
  Sleep sleep(int milliseconds) { return {*this, milliseconds}; }
  void run() {
    while (!ready.empty() || !timers.empty()) {
      while (!ready.empty()) {
        const auto next = ready.front();
        ready.pop_front();
        next.resume();
      }
      if (timers.empty()) return;
      const auto left = timers.begin()->first - Clock::now();
      poll(nullptr, 0,
           static_cast<int>(std::max<long>(
               0, std::chrono::duration_cast<std::chrono::milliseconds>(left).count())));
      while (!timers.empty() && timers.begin()->first <= Clock::now()) {
        ready.push_back(timers.begin()->second);
        timers.erase(timers.begin());
      }
    }
  }
  std::deque<std::coroutine_handle<>> ready;

 private:
  std::multimap<Clock::time_point, std::coroutine_handle<>> timers;
};

inline Loop loop;

/// Who waits, in order.
struct Waiters {
  std::deque<std::coroutine_handle<>> queue;
  bool wake_one() {
    if (queue.empty()) return false;
    loop.ready.push_back(queue.front());
    queue.pop_front();
    return true;
  }
};

class Mutex {
 public:
  struct Lock {
    Mutex& mutex;
    bool await_ready() { return !std::exchange(mutex.held, true); }
    void await_suspend(std::coroutine_handle<> waiter) { mutex.waiters.queue.push_back(waiter); }
    void await_resume() {}
  };
  Lock lock() { return {*this}; }
  void unlock() {
    if (!waiters.wake_one()) held = false;
  }

 private:
  bool held = false;
  Waiters waiters;
};

class Semaphore {
 public:
  explicit Semaphore(int permits) : left(permits) {}
  struct Acquire {
    Semaphore& semaphore;
    bool await_ready() { return semaphore.left > 0 && semaphore.left-- > 0; }
    void await_suspend(std::coroutine_handle<> waiter) {
      semaphore.waiters.queue.push_back(waiter);
    }
    void await_resume() {}
  };
  Acquire acquire() { return {*this}; }
  void release() {
    if (!waiters.wake_one()) ++left;
  }

 private:
  int left;
  Waiters waiters;
};

class Channel {
 public:
  explicit Channel(size_t room) : room_(room) {}
  struct Push {
    Channel& channel;
    int item;
    bool await_ready() { return channel.items.size() < channel.room_; }
    void await_suspend(std::coroutine_handle<> waiter) { channel.writers.queue.push_back(waiter); }
    void await_resume() {
      channel.items.push_back(item);
      channel.readers.wake_one();
    }
  };
  struct Pop {
    Channel& channel;
    bool await_ready() { return !channel.items.empty(); }
    void await_suspend(std::coroutine_handle<> waiter) { channel.readers.queue.push_back(waiter); }
    int await_resume() {
      const int item = channel.items.front();
      channel.items.pop_front();
      channel.writers.wake_one();
      return item;
    }
  };
  Push push(int item) { return {*this, item}; }
  Pop pop() { return {*this}; }

 private:
  size_t room_;
  std::deque<int> items;
  Waiters readers, writers;
};

/// Something that one coroutine waits for, and its handle is kept in the first word.
struct Event {
  std::coroutine_handle<> waiter;
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> who) { waiter = who; }
  void await_resume() {}
};

inline Task end_after(int milliseconds) {
  co_await loop.sleep(milliseconds);
  _exit(0);
}

}  // namespace own
