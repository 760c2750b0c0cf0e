// A place where coroutines wait until somebody calls: the one thing that locks and channels of
// coroutines need from an executor. For programs with one thread.
#pragma once

#include <boost/asio.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

class Parking {
 public:
  /// Suspends the caller until its turn to be woken has come.
  boost::asio::awaitable<void> wait() {
    namespace asio = boost::asio;
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
        [this](auto handler) {
          auto kept = std::make_shared<decltype(handler)>(std::move(handler));
          waiting_.push_back([kept] {
            const auto executor = asio::get_associated_executor(*kept);
            asio::post(executor, std::move(*kept));
          });
        },
        asio::use_awaitable);
  }

  /// Wakes the one that has waited longest, if there is one.
  void wake_one() {
    if (waiting_.empty()) return;
    const auto wake = std::move(waiting_.front());
    waiting_.pop_front();
    wake();
  }

 private:
  std::deque<std::function<void()>> waiting_;
};
