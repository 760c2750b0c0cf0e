// libs: -lboost_coroutine -lboost_context
// flags: -DBOOST_COROUTINES_NO_DEPRECATION_WARNING
// asio::spawn: stackful coroutines that wait for timers, and start others.
#include <boost/asio.hpp>
#include <boost/asio/spawn.hpp>
#include <chrono>

#include "oracle.h"

namespace asio = boost::asio;

static asio::io_context g_context(1);
static int g_ended = 0;

static void run(asio::yield_context yield, int parent, int depth) {
  oracle::Life life("fiber", parent);
  for (int i = 0; i < depth; ++i) {
    asio::spawn(
        g_context,
        [parent = life.id(), depth](asio::yield_context inner) { run(inner, parent, depth - 1); },
        asio::detached);
    asio::steady_timer timer(g_context, std::chrono::milliseconds(1));
    timer.async_wait(yield);
  }
  ++g_ended;
  life.done();
}

int main() {
  asio::spawn(
      g_context, [](asio::yield_context yield) { run(yield, 0, 3); }, asio::detached);
  g_context.run();
  return g_ended == 1 + 3 + 6 + 6 ? 0 : 1;
}
