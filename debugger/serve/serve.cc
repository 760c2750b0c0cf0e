#include "debugger/serve/serve.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <csignal>
#include <thread>

#include "debugger/page/page.h"
#include "debugger/report/text/captured.h"
#include "debugger/serve/site.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/failure.h"
#include "weft/base/unique_fd.h"

namespace weft::serve {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int kPatienceSeconds = 10;  ///< with a client that does not go on
constexpr uint32_t kLargestHead = 16 << 10;

/// Makes pages as they are asked for: into a pipe, so that none is ever in a file.
class PageMaker {
 public:
  explicit PageMaker(const ServeOptions& options) : options_(options) {}

  /// False, and why: there is no such request, or the trace cannot be read.
  bool make(const std::string& request, std::string& page) const {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
      page = "too many files are open";
      return false;
    }
    const UniqueFd from(ends[0]);
    UniqueFd to(ends[1]);
    std::jthread reader([&] { read_all(from.get(), page); });
    page::PageOptions options{.path = options_.path,
                              .out_path = fmt::format("/proc/self/fd/{}", to.get()),
                              .request = request,
                              .redact = options_.redact,
                              .replay = options_.replay};
    const report::Captured said = report::captured(options, page::run_page);
    to.reset();
    reader.join();
    const bool made = said.status == 0 || said.status == kReadableInPart;
    if (!made) page = said.error;
    return made;
  }

 private:
  static constexpr int kReadableInPart = static_cast<int>(ErrorClass::kBadTrace);

  static void read_all(int fd, std::string& text) {
    std::string bytes(1 << 16, '\0');
    for (ssize_t count = 0; (count = ::read(fd, bytes.data(), bytes.size())) != 0;) {
      if (count > 0) text.append(bytes, 0, static_cast<size_t>(count));
      if (count < 0 && errno != EINTR) return;
    }
  }

  const ServeOptions& options_;
};

void set_patience(tcp::socket& socket) {
  const timeval patience{kPatienceSeconds, 0};
  for (const int direction : {SO_RCVTIMEO, SO_SNDTIMEO})
    ::setsockopt(socket.native_handle(), SOL_SOCKET, direction, &patience, sizeof patience);
}

/// One request of one connection.
void answer(tcp::socket& socket, const Site& site) {
  boost::beast::flat_buffer buffer;
  http::request_parser<http::empty_body> parser;
  parser.header_limit(kLargestHead);
  error_code error;
  http::read_header(socket, buffer, parser, error);
  if (error) return;
  const auto& asked = parser.get();
  const auto text = [](auto view) { return std::string(view.data(), view.size()); };
  const Answered said =
      site.answer({text(asked.method_string()), text(asked.target()),
                   text(asked[http::field::host]), text(asked[http::field::origin])});
  http::response<http::string_body> response(static_cast<http::status>(said.status), 11);
  response.set(http::field::content_type, said.type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Cross-Origin-Resource-Policy", "same-origin");
  response.set("X-Frame-Options", "DENY");
  if (!said.location.empty()) response.set(http::field::location, said.location);
  response.keep_alive(false);
  response.body() = said.body;
  response.prepare_payload();
  if (asked.method() == http::verb::head) response.body().clear();
  http::write(socket, response, error);
  socket.shutdown(tcp::socket::shutdown_both, error);
}

}  // namespace

int run_serve(const ServeOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const PageMaker maker(options);
  std::string first;
  if (!maker.make("", first))
    return inspect::fail({ErrorClass::kUsage, first, ""}, options.error_out);
  asio::io_context context;
  tcp::acceptor acceptor(context);
  error_code error;
  const tcp::endpoint place(asio::ip::address_v4::loopback(), options.port);
  acceptor.open(place.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(place, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  const std::string token = random_token();
  if (error || token.empty())
    return inspect::fail({ErrorClass::kUsage,
                          fmt::format("cannot listen on 127.0.0.1:{}: {}", options.port,
                                      error ? error.message() : "no random numbers"),
                          "Give --port another number, or 0 for any that is free"},
                         options.error_out);
  const Site site(token, acceptor.local_endpoint().port(),
                  [&maker](const std::string& request, std::string& page) {
                    return maker.make(request, page);
                  });
  std::fprintf(options.out, "weft: %s is served at %s (Ctrl-C ends)\n",
               inspect::printable(options.path).c_str(), site.url().c_str());
  std::fflush(options.out);
  while (true) {
    tcp::socket socket(context);
    acceptor.accept(socket, error);
    if (error) continue;
    set_patience(socket);
    answer(socket, site);
  }
}

}  // namespace weft::serve
