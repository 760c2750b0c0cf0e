// An HTTP server of C++20 coroutines on Boost.Asio with a pool of threads. An ordinary program: it
// knows nothing of weft.
//
//   http_server PORT [THREADS]      port 0: the system chooses; prints the port that it listens on
//
//   GET /         a greeting          GET /random   eight bytes of std::random_device
//   GET /time     the clock           GET /slow     the same greeting, after a timer of 2 ms
//
// On SIGTERM or SIGINT it ends, and prints a digest of all that it answered, in the order in which
// its threads came to it. The clock, the random bytes and that order are different in every run.
#include <boost/asio.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

namespace {

/// FNV-1a over everything that was answered.
class Digest {
 public:
  void add(std::string_view text) {
    const std::lock_guard lock(mutex_);
    for (const unsigned char c : text) value_ = (value_ ^ c) * 1099511628211u;
    ++answers_;
  }
  void print() {
    const std::lock_guard lock(mutex_);
    std::printf("%llu answers, digest %016llx\n", answers_,
                static_cast<unsigned long long>(value_));
  }

 private:
  std::mutex mutex_;
  uint64_t value_ = 14695981039346656037u;
  unsigned long long answers_ = 0;
};

Digest g_digest;

std::string time_text() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string(std::chrono::nanoseconds(now).count()) + " ns since the epoch\n";
}

std::string random_text() {
  static thread_local std::random_device device;
  char text[20];
  std::snprintf(text, sizeof text, "%08x%08x\n", device(), device());
  return text;
}

std::string answer(const char* status, const std::string& body) {
  return std::string("HTTP/1.1 ") + status +
         "\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

awaitable<std::string> respond(std::string_view target) {
  if (target == "/") co_return answer("200 OK", "hello\n");
  if (target == "/time") co_return answer("200 OK", time_text());
  if (target == "/random") co_return answer("200 OK", random_text());
  if (target != "/slow") co_return answer("404 Not Found", "no such page\n");
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(2));
  co_await timer.async_wait(use_awaitable);
  co_return answer("200 OK", "hello\n");
}

/// "GET /time HTTP/1.1" -> "/time"; anything else -> "".
std::string_view target_of(std::string_view request) {
  if (!request.starts_with("GET ")) return {};
  request.remove_prefix(4);
  return request.substr(0, request.find(' '));
}

/// One connection: request after request, until the client closes it.
awaitable<void> serve(tcp::socket socket, uint64_t number) {
  constexpr size_t kMostRequestBytes = 16 * 1024;
  std::string buffer;
  for (;;) {
    boost::system::error_code error;
    auto done = asio::redirect_error(use_awaitable, error);
    const size_t bytes = co_await asio::async_read_until(
        socket, asio::dynamic_buffer(buffer, kMostRequestBytes), "\r\n\r\n", done);
    if (error) co_return;
    const std::string text = co_await respond(target_of({buffer.data(), bytes}));
    buffer.erase(0, bytes);
    g_digest.add(std::to_string(number) + text);
    co_await asio::async_write(socket, asio::buffer(text), done);
    if (error) co_return;
  }
}

awaitable<void> listen(tcp::acceptor& acceptor, asio::io_context& context) {
  for (uint64_t number = 0;; ++number) {
    tcp::socket socket = co_await acceptor.async_accept(asio::make_strand(context), use_awaitable);
    socket.set_option(tcp::no_delay(true));
    const auto strand = socket.get_executor();
    asio::co_spawn(strand, serve(std::move(socket), number), asio::detached);
  }
}

void run(unsigned short port, int threads) {
  asio::io_context context(threads);
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), port});
  std::printf("listening on port %d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&context](auto, auto) { context.stop(); });
  asio::co_spawn(context, listen(acceptor, context), asio::detached);
  std::vector<std::jthread> pool;
  for (int i = 1; i < threads; ++i) pool.emplace_back([&context] { context.run(); });
  context.run();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: http_server PORT [THREADS]\n");
    return 2;
  }
  try {
    run(static_cast<unsigned short>(std::atoi(argv[1])), argc > 2 ? std::atoi(argv[2]) : 2);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "http_server: %s\n", error.what());
    return 1;
  }
  g_digest.print();
}
