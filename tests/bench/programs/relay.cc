// Asio coroutines that hand messages to and fro through pairs of connected sockets, each message
// through a coroutine of its own. Prints the seconds of CPU time that it took. Built three times:
// as it is, with the tracing flag, and with Asio's own handler tracking (which writes to stderr).
//   relay PAIRS MESSAGES
#include <boost/asio.hpp>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <utility>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::local::stream_protocol;

namespace {

constexpr size_t kBytes = 64;

awaitable<void> send(stream_protocol::socket& socket, const std::string& text) {
  co_await asio::async_write(socket, asio::buffer(text), use_awaitable);
}

awaitable<std::string> receive(stream_protocol::socket& socket) {
  std::string text(kBytes, ' ');
  co_await asio::async_read(socket, asio::buffer(text), use_awaitable);
  co_return text;
}

awaitable<void> ask(stream_protocol::socket socket, int messages) {
  const std::string question(kBytes, 'q');
  for (int i = 0; i < messages; ++i) {
    co_await send(socket, question);
    if (co_await receive(socket) != question) std::abort();
  }
}

awaitable<void> answer(stream_protocol::socket socket, int messages) {
  for (int i = 0; i < messages; ++i) co_await send(socket, co_await receive(socket));
}

}  // namespace

int main(int argc, char** argv) {
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 20;
  const int messages = argc > 2 ? std::atoi(argv[2]) : 1'000;
  asio::io_context context(1);
  for (int i = 0; i < pairs; ++i) {
    stream_protocol::socket one(context), other(context);
    asio::local::connect_pair(one, other);
    asio::co_spawn(context, ask(std::move(one), messages), asio::detached);
    asio::co_spawn(context, answer(std::move(other), messages), asio::detached);
  }
  context.run();
  std::printf("%.6f\n", static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
}
