// flags: -O2
// A Boost.Asio echo server whose io_context runs in a pool of threads, and its clients.
//   asio_echo server THREADS                    prints its port; ends when it is told to
//   asio_echo client PORT CONNECTIONS MESSAGES  sends and compares
//   asio_echo stop PORT                         tells the server to end
#include <boost/asio.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

static awaitable<void> echo(tcp::socket socket, asio::io_context& context) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  try {
    for (std::string line;;) {
      const size_t size =
          co_await asio::async_read_until(socket, asio::dynamic_buffer(line), '\n', use_awaitable);
      if (line == "stop\n") co_return context.stop();
      timer.expires_after(std::chrono::microseconds(line[0] % 8 * 50));
      co_await timer.async_wait(use_awaitable);
      co_await asio::async_write(socket, asio::buffer(line, size), use_awaitable);
      line.erase(0, size);
    }
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::eof) throw;
  }
}

static awaitable<void> listen(tcp::acceptor& acceptor, asio::io_context& context) {
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(asio::make_strand(context), use_awaitable);
    const auto strand = socket.get_executor();
    asio::co_spawn(strand, echo(std::move(socket), context), asio::detached);
  }
}

static int serve(int threads) {
  asio::io_context context(threads);
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  std::cout << acceptor.local_endpoint().port() << std::endl;
  asio::co_spawn(context, listen(acceptor, context), asio::detached);
  std::vector<std::jthread> pool;
  for (int i = 0; i < threads; ++i) pool.emplace_back([&] { context.run(); });
  return 0;
}

static awaitable<void> talk(unsigned short port, int messages, int number) {
  tcp::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, use_awaitable);
  for (int i = 0; i < messages; ++i) {
    const std::string sent = std::to_string(number + i) + " says connection\n";
    std::string got(sent.size(), ' ');
    co_await asio::async_write(socket, asio::buffer(sent), use_awaitable);
    co_await asio::async_read(socket, asio::buffer(got), use_awaitable);
    if (got != sent) throw std::runtime_error("another answer");
  }
}

static int load(unsigned short port, int connections, int messages) {
  asio::io_context context;
  int failed = 0;
  for (int i = 0; i < connections; ++i) {
    asio::co_spawn(context, talk(port, messages, i),
                   [&](std::exception_ptr error) { failed += error != nullptr; });
  }
  context.run();
  return failed == 0 ? 0 : 1;
}

static int stop(unsigned short port) {
  asio::io_context context;
  tcp::socket socket(context);
  socket.connect({asio::ip::address_v4::loopback(), port});
  asio::write(socket, asio::buffer("stop\n", 5));
  char byte;
  boost::system::error_code end;
  socket.read_some(asio::buffer(&byte, 1), end);
  return 0;
}

int main(int argc, char** argv) {
  const std::string mode = argc > 2 ? argv[1] : "";
  if (mode == "server") return serve(std::atoi(argv[2]));
  const auto port = static_cast<unsigned short>(argc > 2 ? std::atoi(argv[2]) : 0);
  if (mode == "client" && argc > 4) return load(port, std::atoi(argv[3]), std::atoi(argv[4]));
  if (mode == "stop") return stop(port);
  std::cerr << "usage: asio_echo server THREADS | client PORT CONNECTIONS MESSAGES | stop PORT\n";
  return 2;
}
