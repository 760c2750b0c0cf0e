// A cache that is sometimes not filled. Each lookup asks a slow service, with a time-out; the
// answer should be kept for the next time. But the time-out also drops what comes after the answer.
//
//   cache [LOOKUPS [LOG]]  prints how many were answered, how many timed out, how many are kept;
//                          writes into LOG how each of them ended, in their order
//
// The service is a coroutine of the same program behind a real socket.
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kPatience(200);

awaitable<void> pause(milliseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(use_awaitable);
}

/// Keeps answers; writing takes a moment, as it would over a network.
class Cache {
 public:
  awaitable<void> set(std::string key, std::string value) {
    co_await pause(milliseconds(1));
    kept_[std::move(key)] = std::move(value);
  }
  size_t size() const { return kept_.size(); }

 private:
  std::map<std::string, std::string> kept_;
};

awaitable<std::string> read_line(tcp::socket& socket) {
  std::string line;
  co_await asio::async_read_until(socket, asio::dynamic_buffer(line), '\n', use_awaitable);
  line.pop_back();
  co_return line;
}

awaitable<void> write_line(tcp::socket& socket, std::string line) {
  line += '\n';
  co_await asio::async_write(socket, asio::buffer(line), use_awaitable);
}

/// The service: every tenth answer takes longer than the time-out.
awaitable<void> answer(tcp::socket socket) {
  const std::string key = co_await read_line(socket);
  co_await pause(milliseconds(std::atoi(key.c_str()) % 10 == 9 ? 500 : 1));
  co_await write_line(socket, "answer " + key);
}

awaitable<void> serve(tcp::acceptor& acceptor) {
  for (;;) {
    auto socket = co_await acceptor.async_accept(use_awaitable);
    asio::co_spawn(acceptor.get_executor(), answer(std::move(socket)), asio::detached);
  }
}

awaitable<std::string> get_response(Cache& cache, tcp::endpoint service, std::string key) {
  tcp::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect(service, use_awaitable);
  co_await write_line(socket, key);
  std::string response = co_await read_line(socket);  // (1) a time-out ends it here ...
  co_await cache.set(key, response);                  // (2) ... and then this never runs
  co_return response;
}

struct Counts {
  int answered = 0;
  int timed_out = 0;
  std::FILE* log = nullptr;
};

awaitable<void> look_up(Cache& cache, tcp::endpoint service, std::string key, Counts& counts) {
  // The race: the first to end cancels the other.
  const auto first = co_await (get_response(cache, service, key) || pause(kPatience));
  const bool answered = first.index() == 0;
  ++(answered ? counts.answered : counts.timed_out);
  if (counts.log != nullptr)
    std::fprintf(counts.log, "%s %s\n", key.c_str(), answered ? "answered" : "timed-out");
}

awaitable<void> look_everything_up(tcp::acceptor& acceptor, Cache& cache, int lookups,
                                   Counts& counts) {
  for (int i = 0; i < lookups; ++i) {
    co_await look_up(cache, acceptor.local_endpoint(), std::to_string(i), counts);
  }
  acceptor.close();
}

}  // namespace

int main(int argc, char** argv) {
  const int lookups = argc > 1 ? std::atoi(argv[1]) : 50;
  asio::io_context context(1);
  Cache cache;
  Counts counts;
  counts.log = argc > 2 ? std::fopen(argv[2], "w") : nullptr;
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  asio::co_spawn(context, serve(acceptor), asio::detached);
  asio::co_spawn(context, look_everything_up(acceptor, cache, lookups, counts),
                 [](std::exception_ptr error) {
                   if (error) std::rethrow_exception(error);
                 });
  context.run();
  std::printf("%d lookups: %d answered, %d timed out; %zu kept\n", lookups, counts.answered,
              counts.timed_out, cache.size());
  if (counts.log != nullptr) std::fclose(counts.log);
}
