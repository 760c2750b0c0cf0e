// A hang: two checkouts take the same two locks in opposite order. A debugger shows one thread in
// epoll_wait, and nothing else.
//
//   locks         hangs; end it with Ctrl-C
#include <boost/asio.hpp>
#include <chrono>
#include <cstdio>

#include "async_mutex.h"

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;

namespace {

struct Shop {
  AsyncMutex stock{"stock"};
  AsyncMutex cash{"cash"};
};

awaitable<void> work(int milliseconds) {
  asio::steady_timer timer(co_await asio::this_coro::executor,
                           std::chrono::milliseconds(milliseconds));
  co_await timer.async_wait(use_awaitable);
}

awaitable<void> checkout(Shop& shop, int number, AsyncMutex& first, AsyncMutex& second) {
  co_await work(number * 5);
  co_await first.lock();
  co_await work(20);
  co_await second.lock();  // the second and the third checkout wait here for each other
  std::printf("checkout %d is done\n", number);
  std::fflush(stdout);
  second.unlock();
  first.unlock();
  (void)shop;
}

awaitable<void> open_shop(Shop& shop) {
  co_await checkout(shop, 1, shop.stock, shop.cash);
  const auto executor = co_await asio::this_coro::executor;
  asio::co_spawn(executor, checkout(shop, 2, shop.stock, shop.cash), asio::detached);
  asio::co_spawn(executor, checkout(shop, 3, shop.cash, shop.stock), asio::detached);
}

}  // namespace

int main() {
  asio::io_context context(1);
  Shop shop;
  asio::co_spawn(context, open_shop(shop), asio::detached);
  context.run();  // never returns: checkouts are outstanding work
  std::printf("closed\n");
}
