// Asio's callbacks, in C++14: timers, cancelled and dropped handlers, sockets, posts, strands.
// flags: -std=c++14 -DWEFT_TEST_STANDALONE_ASIO
// variants: g++-O2 clang++-19-O0 clang++-19-O2
#ifdef WEFT_TEST_STANDALONE_ASIO
#include <asio.hpp>
using asio::error_code;
#else
#include <boost/asio.hpp>
namespace asio = boost::asio;
using boost::system::error_code;
#endif
#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>

using asio::ip::tcp;

/// Writes what it reads, then closes.
struct Echo : std::enable_shared_from_this<Echo> {
  explicit Echo(tcp::socket s) : socket(std::move(s)) {}
  void read() {
    auto self = shared_from_this();
    socket.async_read_some(asio::buffer(data), [self](error_code error, size_t bytes) {
      std::printf("echo %d %zu\n", error ? 1 : 0, bytes);
      if (!error) self->write(bytes);
    });
  }
  void write(size_t bytes) {
    auto self = shared_from_this();
    asio::async_write(socket, asio::buffer(data, bytes),
                      [self](error_code, size_t) { self->read(); });
  }
  tcp::socket socket;
  char data[16];
};

int main() {
  asio::io_context context(1);
  tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  tcp::socket client(context);
  acceptor.async_accept(
      [](error_code, tcp::socket socket) { std::make_shared<Echo>(std::move(socket))->read(); });
  char answer[4];
  client.async_connect(acceptor.local_endpoint(), [&](error_code) {
    asio::async_write(client, asio::buffer("ping", 4), [&](error_code, size_t) {
      asio::async_read(client, asio::buffer(answer), [&](error_code, size_t bytes) {
        std::printf("client %zu\n", bytes);
        client.close();
      });
    });
  });
  context.run();
  context.restart();

  asio::steady_timer timer(context, std::chrono::hours(1));
  timer.async_wait(
      [](error_code error) { std::printf("timer %d\n", error == asio::error::operation_aborted); });
  asio::post(context, [&] { timer.cancel(); });
  asio::io_context::strand strand(context);
  asio::post(strand, [] { std::printf("strand\n"); });
  context.run();
  context.restart();

  asio::post(context, [] { throw std::runtime_error("handler"); });
  try {
    context.run();
  } catch (const std::exception& error) {
    std::printf("threw %s\n", error.what());
  }
  asio::io_context dropped;
  asio::post(dropped, [] { std::printf("never\n"); });
}
