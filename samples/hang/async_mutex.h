// A lock that suspends the coroutine, not the thread. For programs with one thread.
#pragma once

#include "parking.h"

class AsyncMutex {
 public:
  explicit AsyncMutex(const char* name) : name_(name) {}

  boost::asio::awaitable<void> lock() {
    while (locked_) co_await parking_.wait();
    locked_ = true;
  }

  void unlock() {
    locked_ = false;
    parking_.wake_one();
  }

 private:
  const char* name_;
  bool locked_ = false;
  Parking parking_;
};
