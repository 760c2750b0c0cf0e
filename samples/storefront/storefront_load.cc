// Clients of the storefront, all at once, and what they saw.
//
//   storefront_load PORT [CLIENTS [REQUESTS [PAUSE_MS]]]
//
// Each client has one connection and sends REQUESTS in turn, with a pause between them. Ends with a
// table of latencies, one line a kind of page; status 1 if an answer was not 200.
#include <algorithm>
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::awaitable;
using asio::use_awaitable;
using Clock = std::chrono::steady_clock;

namespace {

struct Load {
  unsigned short port = 0;
  int clients = 6;
  int requests = 70;
  int pause_ms = 10;
};

struct Seen {
  std::map<std::string, std::vector<double>> latencies_ms;
  int failed = 0;
};

awaitable<unsigned> get(beast::tcp_stream& stream, beast::flat_buffer& buffer, std::string target) {
  http::request<http::empty_body> request{http::verb::get, target, 11};
  request.set(http::field::host, "127.0.0.1");
  co_await http::async_write(stream, request, use_awaitable);
  http::response<http::string_body> response;
  co_await http::async_read(stream, buffer, response, use_awaitable);
  co_return response.result_int();
}

awaitable<void> client(const Load& load, Seen& seen, unsigned number) {
  beast::tcp_stream stream(co_await asio::this_coro::executor);
  beast::flat_buffer buffer;
  asio::steady_timer pause(stream.get_executor());
  std::minstd_rand random(number + 1);  // the same requests in every run
  co_await stream.async_connect({asio::ip::address_v4::loopback(), load.port}, use_awaitable);
  for (int i = 0; i < load.requests; ++i) {
    const char* pages[] = {"/cart", "/orders", "/product", "/product"};
    const std::string page = pages[random() % 4];
    const auto begin = Clock::now();
    const unsigned status =
        co_await get(stream, buffer, page + '/' + std::to_string(1 + random() % 20));
    const std::chrono::duration<double, std::milli> took = Clock::now() - begin;
    seen.latencies_ms[page].push_back(took.count());
    seen.failed += status != 200;
    pause.expires_after(std::chrono::milliseconds(load.pause_ms));
    co_await pause.async_wait(use_awaitable);
  }
}

void print(Seen& seen) {
  std::printf("%-10s %8s %9s %9s %9s\n", "page", "requests", "p50 ms", "p99 ms", "max ms");
  for (auto& [page, latencies] : seen.latencies_ms) {
    std::sort(latencies.begin(), latencies.end());
    const auto at = [&](size_t percent) {
      return latencies[(latencies.size() - 1) * percent / 100];
    };
    std::printf("%-10s %8zu %9.2f %9.2f %9.2f\n", page.c_str(), latencies.size(), at(50), at(99),
                at(100));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: storefront_load PORT [CLIENTS [REQUESTS [PAUSE_MS]]]\n");
    return 2;
  }
  Load load;
  load.port = static_cast<unsigned short>(std::atoi(argv[1]));
  if (argc > 2) load.clients = std::atoi(argv[2]);
  if (argc > 3) load.requests = std::atoi(argv[3]);
  if (argc > 4) load.pause_ms = std::atoi(argv[4]);
  Seen seen;
  asio::io_context context(1);
  for (int i = 0; i < load.clients; ++i) {
    asio::co_spawn(context, client(load, seen, static_cast<unsigned>(i)),
                   [&seen](std::exception_ptr error) { seen.failed += error != nullptr; });
  }
  context.run();
  print(seen);
  return seen.failed == 0 ? 0 : 1;
}
