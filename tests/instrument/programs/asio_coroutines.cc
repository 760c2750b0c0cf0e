// Boost.Asio coroutines: timers, sockets, posts, co_spawn, a time-out that cancels a read.
// variants: clang++-19-O0 clang++-19-O2
#include <utility>
// Above: Boost 1.74 forgets it.
#include <boost/asio.hpp>
#include <boost/version.hpp>
#if BOOST_VERSION >= 107700
#include <boost/asio/experimental/awaitable_operators.hpp>
#endif
#include <chrono>
#include <cstdio>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace std::chrono_literals;

awaitable<int> nap(int n) {
  asio::steady_timer timer(co_await asio::this_coro::executor, 1ms);
  co_await timer.async_wait(use_awaitable);
  co_return n;
}

awaitable<void> serve(tcp::acceptor& acceptor) {
  boost::system::error_code end;  // the client closes
  tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
  char data[4];
  const size_t n = co_await asio::async_read(socket, asio::buffer(data), use_awaitable);
  co_await asio::async_write(socket, asio::buffer(data, n), use_awaitable);
  auto said = asio::redirect_error(use_awaitable, end);
  co_await asio::async_read(socket, asio::buffer(data, 1), said);
}

[[maybe_unused]] awaitable<void> silence(tcp::socket& socket) {
  char more[1];
  co_await socket.async_read_some(asio::buffer(more), use_awaitable);
}

awaitable<void> race([[maybe_unused]] tcp::socket& socket) {
#if BOOST_VERSION >= 107700
  using namespace asio::experimental::awaitable_operators;
  const auto first = co_await (silence(socket) || nap(1));
  std::printf("first %zu\n", first.index());
#else
  co_await nap(1);
#endif
}

awaitable<void> client(tcp::endpoint server) {
  tcp::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect(server, use_awaitable);
  co_await asio::async_write(socket, asio::buffer("ping", 4), use_awaitable);
  char data[4];
  co_await asio::async_read(socket, asio::buffer(data), use_awaitable);
  std::printf("%.4s %d\n", data, co_await nap(7));
  co_await asio::post(use_awaitable);
  co_await race(socket);
}

int main() {
  asio::io_context context(1);
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  co_spawn(context, serve(acceptor), asio::detached);
  co_spawn(context, client(acceptor.local_endpoint()), asio::detached);
  context.run();
}
