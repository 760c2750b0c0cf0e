#include "debugger/serve/http_server.h"

#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace weft::serve {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::milliseconds kPause{100};  ///< after an accept() that failed
constexpr uint32_t kLargestHead = 16 << 10;

/// Lives as long as something is going on: each step keeps it.
class Conversation : public std::enable_shared_from_this<Conversation> {
 public:
  Conversation(tcp::socket socket, const Site& site, asio::thread_pool& makers)
      : stream_(std::move(socket)), site_(site), makers_(makers) {}

  void begin() {
    asked_.header_limit(kLargestHead);
    stream_.expires_after(kPatience);  // for all of the head, however it comes
    http::async_read_header(stream_, buffer_, asked_,
                            [self = shared_from_this()](error_code error, size_t /*bytes*/) {
                              if (!error) self->make();
                            });
  }

 private:
  void make() {
    stream_.expires_never();
    asio::post(makers_, [self = shared_from_this()]() mutable {
      self->ask_site();
      const auto executor = self->stream_.get_executor();
      asio::post(executor, [self = std::move(self)] { self->write_some(); });
    });
  }

  void ask_site() {
    const auto& asked = asked_.get();
    const auto text = [](auto view) { return std::string(view.data(), view.size()); };
    Answered said =
        site_.answer({text(asked.method_string()), text(asked.target()),
                      text(asked[http::field::host]), text(asked[http::field::origin])});
    response_.result(said.status);
    response_.set(http::field::content_type, said.type);
    response_.set(http::field::cache_control, "no-store");
    response_.set("X-Content-Type-Options", "nosniff");
    response_.set("Cross-Origin-Resource-Policy", "same-origin");
    response_.set("X-Frame-Options", "DENY");
    if (!said.location.empty()) response_.set(http::field::location, said.location);
    response_.keep_alive(false);
    response_.body() = std::move(said.body);
    response_.prepare_payload();
    if (asked.method() == http::verb::head) response_.body().clear();
  }

  void write_some() {
    stream_.expires_after(kPatience);
    http::async_write_some(stream_, serializer_,
                           [self = shared_from_this()](error_code error, size_t /*bytes*/) {
                             if (error) return;
                             if (!self->serializer_.is_done()) return self->write_some();
                             self->stream_.socket().shutdown(tcp::socket::shutdown_both, error);
                           });
  }

  beast::tcp_stream stream_;
  const Site& site_;
  asio::thread_pool& makers_;
  beast::flat_buffer buffer_;
  http::request_parser<http::empty_body> asked_;
  http::response<http::string_body> response_;
  http::response_serializer<http::string_body> serializer_{response_};
};

}  // namespace

HttpServer::HttpServer(UniqueFd listener, const Site& site)
    : site_(site), acceptor_(context_, tcp::v4(), listener.release()), pause_(context_) {}

void HttpServer::run() {
  accept();
  context_.run();
}

/// Where no descriptor is left, a connection stays in the queue, and accept() would fail again at once.
void HttpServer::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (!error) {
      std::make_shared<Conversation>(std::move(socket), site_, makers_)->begin();
      return accept();
    }
    pause_.expires_after(kPause);
    pause_.async_wait([this](error_code /*error*/) { accept(); });
  });
}

}  // namespace weft::serve
