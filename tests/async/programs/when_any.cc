// Races of Asio coroutines (awaitable operator ||) and joins (operator &&): the losers are
// cancelled where they wait, and what would have come after that never begins.
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <chrono>

#include "oracle.h"

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using namespace asio::experimental::awaitable_operators;

static int g_won = 0;

static awaitable<void> sleeper(int parent, int milliseconds) {
  oracle::Life life("sleeper", parent);
  asio::steady_timer timer(co_await asio::this_coro::executor,
                           std::chrono::milliseconds(milliseconds));
  co_await timer.async_wait(use_awaitable);  // throws operation_aborted when it lost
  life.done();
}

static awaitable<void> after(int parent) {
  oracle::Life life("after", parent);
  co_await asio::post(co_await asio::this_coro::executor, use_awaitable);
  life.done();
}

static awaitable<void> two_steps(int parent, int milliseconds) {
  oracle::Life life("two_steps", parent);
  co_await sleeper(life.id(), milliseconds);
  co_await after(life.id());
  life.done();
}

static awaitable<void> race(int parent, int mine, int other) {
  oracle::Life life("race", parent);
  const auto first = co_await (two_steps(life.id(), mine) || sleeper(life.id(), other));
  g_won += first.index() == 0;
  life.done();
}

static awaitable<void> contest() {
  oracle::Life life("contest", 0);
  for (int i = 0; i < 6; ++i) {
    const bool wins = i % 3 != 0;
    co_await race(life.id(), wins ? 1 : 1000, wins ? 1000 : 1);
  }
  co_await (race(life.id(), 1, 1000) && race(life.id(), 1000, 1));
  life.done();
}

int main() {
  oracle::exception_outcome = "cancelled";  // operation_aborted is all that is thrown here
  asio::io_context context(1);
  asio::co_spawn(context, contest(), asio::detached);
  context.run();
  return g_won == 5 ? 0 : 1;
}
