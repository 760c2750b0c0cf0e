// An echo server of Boost.Asio coroutines, and its clients.
//   echo server PORT THREADS                          ends on SIGTERM
//   echo client PORT CONNECTIONS BYTES SECONDS        prints the round trips a second
#include <boost/asio.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace asio = boost::asio;
using asio::awaitable;
using asio::redirect_error;
using asio::use_awaitable;
using asio::ip::tcp;

namespace {

awaitable<void> echo(tcp::socket socket) {
  char data[4096];
  boost::system::error_code error;
  while (!error) {
    const size_t bytes =
        co_await socket.async_read_some(asio::buffer(data), redirect_error(use_awaitable, error));
    if (error) co_return;
    co_await asio::async_write(socket, asio::buffer(data, bytes),
                               redirect_error(use_awaitable, error));
  }
}

awaitable<void> listen(tcp::acceptor& acceptor, asio::io_context& context) {
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(asio::make_strand(context), use_awaitable);
    socket.set_option(tcp::no_delay(true));
    const auto strand = socket.get_executor();
    asio::co_spawn(strand, echo(std::move(socket)), asio::detached);
  }
}

int serve(unsigned short port, int threads) {
  asio::io_context context(threads);
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), port});
  asio::signal_set signals(context, SIGTERM);
  signals.async_wait([&context](auto, auto) { context.stop(); });
  asio::co_spawn(context, listen(acceptor, context), asio::detached);
  std::vector<std::jthread> pool;
  for (int i = 1; i < threads; ++i) pool.emplace_back([&context] { context.run(); });
  context.run();
  return 0;
}

awaitable<void> talk(unsigned short port, size_t bytes, uint64_t& round_trips) {
  tcp::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, use_awaitable);
  socket.set_option(tcp::no_delay(true));
  std::string sent(bytes, 'x'), got(bytes, ' ');
  for (;;) {
    co_await asio::async_write(socket, asio::buffer(sent), use_awaitable);
    co_await asio::async_read(socket, asio::buffer(got), use_awaitable);
    ++round_trips;
  }
}

int load(unsigned short port, int connections, size_t bytes, double seconds) {
  asio::io_context context;
  uint64_t round_trips = 0;
  for (int i = 0; i < connections; ++i) {
    asio::co_spawn(context, talk(port, bytes, round_trips), asio::detached);
  }
  context.run_for(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds)));
  std::printf("%.0f\n", static_cast<double>(round_trips) / seconds);
  return round_trips == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  const auto number = [&](int i) { return std::atoi(argv[i]); };
  const auto port = static_cast<unsigned short>(argc > 2 ? number(2) : 0);
  if (mode == "server" && argc == 4) return serve(port, number(3));
  if (mode == "client" && argc == 6) {
    return load(port, number(3), static_cast<size_t>(number(4)), std::atof(argv[5]));
  }
  std::fprintf(stderr, "usage: echo server PORT THREADS | client PORT CONNECTIONS BYTES SECONDS\n");
  return 2;
}
