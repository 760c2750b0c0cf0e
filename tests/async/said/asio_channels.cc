// Two coroutines that wait to put into channels of Asio that nobody empties: the one is full, and
// of the other nobody has ever received.
// weft why: consumer #.* \(FILE:ANSWERED\) waits for channel .*, from which nobody has ever received
// weft why: producer #[0-9]+ \(FILE:ASKED\) waits for channel 0x[0-9a-f]+, whose other side is consumer
// weft tasks --stuck: producer #.*: channel 0x[0-9a-f]+ \(to put into\), consumed by consumer
// never weft tasks --stuck: No cycle
#include <unistd.h>

#include <boost/asio.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <chrono>

namespace asio = boost::asio;
using Channel = asio::experimental::channel<void(boost::system::error_code, int)>;

static asio::awaitable<void> producer(Channel& questions, Channel& answers) {
  for (int i = 0; i < 10; ++i) co_await questions.async_send({}, i, asio::use_awaitable);  // ASKED
  for (int i = 0; i < 10; ++i) co_await answers.async_receive(asio::use_awaitable);
}

static asio::awaitable<void> consumer(Channel& questions, Channel& answers) {
  for (;;) {
    const int question = co_await questions.async_receive(asio::use_awaitable);
    co_await answers.async_send({}, question, asio::use_awaitable);  // ANSWERED
  }
}

static asio::awaitable<void> watchdog() {
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(200));
  co_await timer.async_wait(asio::use_awaitable);
  _exit(0);
}

int main() {
  asio::io_context io;
  Channel questions(io, 2), answers(io, 2);
  asio::co_spawn(io, producer(questions, answers), asio::detached);
  asio::co_spawn(io, consumer(questions, answers), asio::detached);
  asio::co_spawn(io, watchdog(), asio::detached);
  io.run();
}
