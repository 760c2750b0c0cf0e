// Asio coroutines on a pool of four threads: each may be resumed on another thread each time.
#include <atomic>
#include <boost/asio.hpp>
#include <chrono>

#include "oracle.h"

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;

static std::atomic<int> g_ended = 0;

static awaitable<void> step(int parent, int number) {
  oracle::Life life("step", parent);
  const auto executor = co_await asio::this_coro::executor;
  if (number % 2 == 0) {
    co_await asio::post(executor, use_awaitable);
  } else {
    asio::steady_timer timer(executor, std::chrono::microseconds(300 * number));
    co_await timer.async_wait(use_awaitable);
  }
  life.done();
}

static awaitable<void> worker(int number) {
  oracle::Life life("worker", 0);
  for (int i = 0; i < 5; ++i) co_await step(life.id(), (number + i) % 4);
  ++g_ended;
  life.done();
}

int main() {
  asio::thread_pool pool(4);
  for (int i = 0; i < 12; ++i) {
    asio::co_spawn(asio::make_strand(pool), worker(i), asio::detached);
  }
  pool.join();
  return g_ended == 12 ? 0 : 1;
}
