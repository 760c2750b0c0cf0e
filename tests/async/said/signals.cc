// Cancellation signals, the program's own, a race's, a group's: what cancelled, where time went.
// weft graph 1: stopped #\d+ +FILE:\d+ +cancelled at FILE:STOPPED by stopper #\d+$
// weft graph 1: slow #\d+ +FILE:\d+ +cancelled at FILE:SLOW by quick #\d+, race at FILE:RACE
// weft graph 1: grouped #.* cancelled at FILE:GROUPED by quick #\d+, race at FILE:GROUP
// weft graph 1: \d+ % +quick at FILE:QUICK: deadline_timer.async_wait
// never weft graph 1: \d+ % +slow at
// weft stats: 1 cancelled at FILE:STOPPED by stopper
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <chrono>

namespace asio = boost::asio;
namespace experimental = asio::experimental;
using asio::awaitable;
using asio::use_awaitable;
using Timer = asio::steady_timer;
using namespace experimental::awaitable_operators;
using namespace std::chrono_literals;

static awaitable<void> quick() {
  Timer timer(co_await asio::this_coro::executor, 40ms);
  co_await timer.async_wait(use_awaitable);  // QUICK
}

static awaitable<void> slow() {
  Timer timer(co_await asio::this_coro::executor, 1h);
  co_await timer.async_wait(use_awaitable);  // SLOW
}

static awaitable<void> grouped() {
  Timer timer(co_await asio::this_coro::executor, 1h);
  co_await timer.async_wait(use_awaitable);  // GROUPED
}

static awaitable<void> stopped() {
  Timer timer(co_await asio::this_coro::executor, 1h);
  co_await timer.async_wait(use_awaitable);  // STOPPED
}

static awaitable<void> stopper() {
  const auto executor = co_await asio::this_coro::executor;
  asio::cancellation_signal signal;
  Timer over(executor, 1h);
  co_spawn(executor, stopped(),
           asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { over.cancel(); }));
  co_await asio::post(executor, use_awaitable);
  signal.emit(asio::cancellation_type::all);
  boost::system::error_code cancelled;
  co_await over.async_wait(asio::redirect_error(use_awaitable, cancelled));
}

static awaitable<void> all() {
  const auto executor = co_await asio::this_coro::executor;
  co_await stopper();
  co_await (slow() || quick());  // RACE
  auto both = experimental::make_parallel_group(co_spawn(executor, quick(), asio::deferred),
                                                co_spawn(executor, grouped(), asio::deferred));
  co_await both.async_wait(experimental::wait_for_one(), use_awaitable);  // GROUP
}

int main() {
  asio::io_context context(1);
  co_spawn(context, all(), asio::detached);
  context.run();
}
