// A collector of OpenTelemetry: an element is a POST, on one connection for all of them. A step that takes
// longer than kPatience ends it.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <optional>

#include "debugger/export/otlp_sink.h"
#include "replayer/inspect/escape.h"
#include "weft/base/version.h"

namespace weft::exports {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr std::chrono::seconds kPatience{30};
constexpr uint64_t kLargestAnswer = 1 << 20;

struct CollectorUrl {
  std::string host, port = "4318", path;
};

std::optional<CollectorUrl> parse_url(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  if (!text.starts_with(kScheme)) return std::nullopt;
  text.remove_prefix(kScheme.size());
  CollectorUrl url;
  const size_t slash = std::min(text.find('/'), text.size());
  url.path = text.substr(slash);
  std::string_view place = text.substr(0, slash);
  if (place.starts_with('[')) {  // [::1]:4318
    const size_t close = place.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    url.host = place.substr(1, close - 1);
    place.remove_prefix(close + 1);
  } else {
    const size_t colon = std::min(place.find(':'), place.size());
    url.host = place.substr(0, colon);
    place.remove_prefix(colon);
  }
  if (place.starts_with(':')) {
    url.port = place.substr(1);
    place = {};
  }
  const bool has_port = !url.port.empty() && url.port.size() <= 5 &&
                        url.port.find_first_not_of("0123456789") == std::string::npos;
  const auto is_odd = [](unsigned char c) { return c <= ' ' || c == 0x7f || c == '@'; };
  if (url.host.empty() || !has_port || !place.empty() || std::ranges::any_of(text, is_odd))
    return std::nullopt;
  return url;
}

class CollectorSink : public OtlpSink {
 public:
  CollectorSink(CollectorUrl url, const OtlpEncoder& encoder, OtlpSignal signal)
      : url_(std::move(url)), encoder_(encoder), head_(encoder.head(signal)) {}

  void put(const std::string& element) override {
    if (!error_.empty()) return;
    if (!stream_) connect();
    if (error_.empty()) post(head_ + element + encoder_.tail());
  }

  Status finish() override {
    if (error_.empty()) return {};
    return Error{ErrorClass::kUsage, name() + ": " + inspect::printable(error_),
                 "Start a collector that takes OTLP over HTTP there"};
  }

  std::string name() const override {
    return fmt::format("http://{}{}", host_and_port(), url_.path);
  }

 private:
  std::string host_and_port() const {
    const bool is_v6 = url_.host.find(':') != std::string::npos;
    return is_v6 ? fmt::format("[{}]:{}", url_.host, url_.port)
                 : fmt::format("{}:{}", url_.host, url_.port);
  }

  /// Runs what was begun; what it calls has the error.
  template <class Begin>
  void wait_for(Begin begin) {
    stream_->expires_after(kPatience);
    error_code result;
    begin([&result](error_code error, auto&&... /*more*/) { result = error; });
    context_.restart();
    context_.run();
    if (result) error_ = result.message();
  }

  void connect() {
    asio::ip::tcp::resolver resolver(context_);
    error_code error;
    const auto places = resolver.resolve(url_.host, url_.port, error);
    stream_.emplace(context_);
    if (error) {
      error_ = error.message();
    } else {
      wait_for([&](auto done) { stream_->async_connect(places, done); });
    }
  }

  void post(const std::string& body) {
    http::request<http::string_body> request(http::verb::post, url_.path, 11);
    request.set(http::field::host, host_and_port());
    request.set(http::field::user_agent, std::string("weft/") + kVersion);
    request.set(http::field::content_type, encoder_.content_type());
    request.keep_alive(true);
    request.body() = body;
    request.prepare_payload();
    wait_for([&](auto done) { http::async_write(*stream_, request, done); });
    if (!error_.empty()) return;
    http::response_parser<http::string_body> reply;
    reply.body_limit(kLargestAnswer);
    wait_for([&](auto done) { http::async_read(*stream_, buffer_, reply, done); });
    if (!error_.empty()) return;
    const auto& answer = reply.get();
    if (answer.result_int() / 100 != 2) {
      const auto reason = answer.reason();
      error_ = fmt::format("it answers {} {}", answer.result_int(),
                           std::string(reason.data(), reason.size()));
    } else if (const std::string refused = encoder_.refused(answer.body()); !refused.empty()) {
      error_ = "it has not taken " + refused;
    } else if (!answer.keep_alive()) {
      stream_.reset();
      buffer_.clear();
    }
  }

  CollectorUrl url_;
  const OtlpEncoder& encoder_;
  std::string head_;
  std::string error_;
  asio::io_context context_;
  std::optional<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
};

}  // namespace

Result<std::unique_ptr<OtlpSink>> otlp_collector(const std::string& url, OtlpSignal signal,
                                                 const OtlpEncoder& encoder) {
  auto parsed = parse_url(url);
  if (!parsed)
    return Error{ErrorClass::kUsage, inspect::printable(url) + " is no URL of a collector",
                 "Give it as http://HOST[:PORT][/PATH], such as http://localhost:4318"};
  if (parsed->path.empty() || parsed->path == "/")
    parsed->path = signal == OtlpSignal::kTraces ? "/v1/traces" : "/v1/metrics";
  return std::unique_ptr<OtlpSink>(
      std::make_unique<CollectorSink>(std::move(*parsed), encoder, signal));
}

}  // namespace weft::exports
