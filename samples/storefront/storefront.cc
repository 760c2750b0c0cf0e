// An HTTP/1.1 service of C++20 coroutines on Boost.Asio and Boost.Beast over a PostgreSQL database.
// An ordinary program: it knows nothing of weft.
//
//   storefront [--port P] [--requests N] [--db CONNINFO] [--pool N] [--update-ms M]
//
// P 0: the system chooses; prints the port that it listens on. Ends after N requests (default:
// never) and on SIGTERM or SIGINT. Without --db it starts storefront_db, a small database in
// memory, that lies beside it; there the updates of the background job take M ms (40).
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <string>

#include "child_database.h"
#include "database.h"
#include "shop.h"

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

namespace {

struct Options {
  unsigned short port = 0;
  long requests = -1;
  std::string db;
  size_t pool = 24;
  int update_ms = 40;
};

struct Service {
  asio::io_context& context;
  db::Pool& pool;
  long requests_left;
};

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

awaitable<Response> respond(Service& service, Request request) {
  Response response{http::status::ok, request.version()};
  response.set(http::field::content_type, "text/plain");
  response.keep_alive(request.keep_alive());
  try {
    auto page = co_await shop::route(service.pool, std::string(request.target()));
    response.result(page.status);
    response.body() = std::move(page.text);
  } catch (const std::exception& error) {
    response.result(http::status::internal_server_error);
    response.body() = error.what();
  }
  response.prepare_payload();
  co_return response;
}

/// One connection: request after request, until the client closes it.
awaitable<void> session(Service& service, beast::tcp_stream stream) {
  beast::flat_buffer buffer;
  for (;;) {
    Request request;
    boost::system::error_code error;
    co_await http::async_read(stream, buffer, request, asio::redirect_error(use_awaitable, error));
    if (error) co_return;
    const bool more = request.keep_alive();
    Response response = co_await respond(service, std::move(request));
    co_await http::async_write(stream, response, asio::redirect_error(use_awaitable, error));
    if (--service.requests_left == 0) service.context.stop();
    if (error || !more) co_return;
  }
}

awaitable<void> listen(Service& service, tcp::acceptor& acceptor) {
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
    socket.set_option(tcp::no_delay(true));
    asio::co_spawn(service.context, session(service, beast::tcp_stream(std::move(socket))),
                   asio::detached);
  }
}

void rethrow(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

void run(const Options& options) {
  const ChildDatabase child(options.db, options.update_ms);
  db::Pool pool(child.conninfo(), options.pool);
  asio::io_context context(1);
  const auto close = [](db::Pool* open) { open->close(); };
  const std::unique_ptr<db::Pool, decltype(close)> closing(&pool,
                                                           close);  // before the context ends
  Service service{context, pool, options.requests};
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), options.port});
  asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&context](auto, auto) { context.stop(); });
  asio::co_spawn(context, listen(service, acceptor), rethrow);
  asio::co_spawn(context, shop::ship_orders(pool), rethrow);
  std::printf("listening on port %d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  context.run();
  std::printf("bye\n");
}

bool read_options(int argc, char** argv, Options& options) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--port")
      options.port = static_cast<unsigned short>(std::atoi(value));
    else if (name == "--requests")
      options.requests = std::atol(value);
    else if (name == "--db")
      options.db = value;
    else if (name == "--pool")
      options.pool = std::strtoul(value, nullptr, 10);
    else if (name == "--update-ms")
      options.update_ms = std::atoi(value);
    else
      return false;
  }
  return argc % 2 == 1 && options.pool > 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: storefront [--port P] [--requests N] [--db CONNINFO] [--pool N]"
                 " [--update-ms M]\n");
    return 2;
  }
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "storefront: %s\n", error.what());
    return 1;
  }
}
