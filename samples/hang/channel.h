// A bounded queue between coroutines: put() waits while it is full, take() while it is empty. For
// programs with one thread.
#pragma once

#include <deque>
#include <utility>

#include "parking.h"

template <class T>
class Channel {
 public:
  Channel(const char* name, size_t capacity) : name_(name), capacity_(capacity) {}

  boost::asio::awaitable<void> put(T value) {
    while (values_.size() >= capacity_) co_await not_full_.wait();
    values_.push_back(std::move(value));
    not_empty_.wake_one();
  }

  boost::asio::awaitable<T> take() {
    while (values_.empty()) co_await not_empty_.wait();
    T value = std::move(values_.front());
    values_.pop_front();
    not_full_.wake_one();
    co_return value;
  }

 private:
  const char* name_;
  size_t capacity_;
  std::deque<T> values_;
  Parking not_full_;
  Parking not_empty_;
};
