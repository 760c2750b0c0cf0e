// A hang: two checkouts take the same two locks in opposite order. A debugger shows one thread in
// epoll_wait, and nothing else.
//
//   locks         hangs; end it with Ctrl-C
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>

#include "async_mutex.h"
#include "task.h"

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

struct Shop {
  asio::io_context context{1};
  AsyncMutex stock{"stock"};
  AsyncMutex cash{"cash"};
};

Task<void> checkout(Shop& shop, int number, AsyncMutex& first, AsyncMutex& second) {
  co_await sleep(shop.context, milliseconds(number * 5));
  co_await first.lock();
  co_await sleep(shop.context, milliseconds(20));
  co_await second.lock();  // the second and the third checkout wait here for each other
  std::printf("checkout %d is done\n", number);
  std::fflush(stdout);
  second.unlock();
  first.unlock();
}

Task<void> customers(Shop& shop) {
  co_await checkout(shop, 1, shop.stock, shop.cash);
  spawn(checkout(shop, 2, shop.stock, shop.cash));
  spawn(checkout(shop, 3, shop.cash, shop.stock));
}

}  // namespace

int main() {
  Shop shop;
  const auto open = asio::make_work_guard(shop.context);
  spawn(customers(shop));
  shop.context.run();
}
