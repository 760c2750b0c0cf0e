// A bounded queue between coroutines: put() waits while it is full, take() while it is empty. For
// programs with one thread. async_mutex.h explains the lines with WEFT.
#pragma once

#include <coroutine>
#include <deque>
#include <optional>
#include <utility>

#if __has_include(<weft/async.h>) && !defined(PLAIN)
#include <weft/async.h>
#define WEFT(words) words
#else
#define WEFT(words)
#endif

template <class T>
class Channel {
 public:
  Channel(const char* name, size_t capacity) : name_(name), capacity_(capacity) {}
  Channel(const Channel&) = delete;

  /// co_await channel.put(value), co_await channel.take()
  auto put(T value) { return Put{*this, std::move(value)}; }
  auto take() { return Take{*this}; }

 private:
  using Queue = std::deque<std::coroutine_handle<>>;

  static void wake_one(Queue& queue) {
    if (queue.empty()) return;
    const auto next = queue.front();
    queue.pop_front();
    next.resume();
  }

  struct Put {
    Channel& channel;
    T value;
    bool await_ready() {
      WEFT(weft::produces(&channel, channel.name_));
      return channel.values_.size() < channel.capacity_;
    }
    void await_suspend(std::coroutine_handle<> self) { channel.not_full_.push_back(self); }
    void await_resume() {
      channel.values_.push_back(std::move(value));
      wake_one(channel.not_empty_);
    }
    WEFT(weft::Waiting weft_waiting()
             const noexcept { return weft::waiting_for_channel(&channel); })
  };

  struct Take {
    Channel& channel;
    bool await_ready() {
      WEFT(weft::consumes(&channel, channel.name_));
      return !channel.values_.empty();
    }
    void await_suspend(std::coroutine_handle<> self) { channel.not_empty_.push_back(self); }
    T await_resume() {
      T value = std::move(channel.values_.front());
      channel.values_.pop_front();
      wake_one(channel.not_full_);
      return value;
    }
    WEFT(weft::Waiting weft_waiting()
             const noexcept { return weft::waiting_for_channel(&channel); })
  };

  const char* name_;
  size_t capacity_;
  std::deque<T> values_;
  Queue not_full_;
  Queue not_empty_;
};
