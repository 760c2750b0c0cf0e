#include "debugger/protocol/http/http_head.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>

namespace weft::protocol {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using Code = beast::error_code;
using Text = beast::string_view;

std::string_view view(Text text) {
  return {text.data(), text.size()};
}

/// Takes what we want out of the parser's callbacks, and copies nothing else. Bodies are framed by
/// http_body.h, because parts of them may not be recorded; so it stops after the head.
template <bool is_request>
class HeadParser final : public http::basic_parser<is_request> {
 public:
  explicit HeadParser(HttpHead& head) : head_(head) {
    this->skip(true);
    this->body_limit(boost::none);
    this->header_limit(UINT32_MAX);
  }

 private:
  void on_request_impl(http::verb, Text method, Text target, int, Code&) override {
    head_.method = view(method);
    head_.target = view(target);
  }
  void on_response_impl(int status, Text reason, int, Code&) override {
    head_.status = static_cast<unsigned>(status);
    head_.reason = view(reason.substr(0, 32));
  }
  void on_field_impl(http::field, Text name, Text value, Code&) override {
    if (is_request && name.size() == 11 && beast::iequals(name, "traceparent"))
      head_.traceparent = view(value.substr(0, 64));
  }
  void on_header_impl(Code&) override {}
  void on_body_init_impl(const boost::optional<uint64_t>&, Code&) override {}
  std::size_t on_body_impl(Text body, Code&) override { return body.size(); }
  void on_chunk_header_impl(uint64_t, Text, Code&) override {}
  std::size_t on_chunk_body_impl(uint64_t, Text body, Code&) override { return body.size(); }
  void on_finish_impl(Code&) override {}

  HttpHead& head_;
};

template <bool is_request>
void read_head(std::string_view text, HttpHead& head) {
  head = {};
  HeadParser<is_request> parser(head);
  Code error;
  parser.put(boost::asio::const_buffer(text.data(), text.size()), error);
  head.valid = !error && parser.is_header_done();
  if (!head.valid) return;
  head.chunked = parser.chunked();
  if (const auto length = parser.content_length()) head.content_length = *length;
}

}  // namespace

void read_request_head(std::string_view text, HttpHead& head) {
  read_head<true>(text, head);
}

void read_response_head(std::string_view text, HttpHead& head) {
  read_head<false>(text, head);
}

bool is_http_request(std::string_view text) {
  const size_t blank = text.find(' ');
  if (blank < 3 || blank > 20) return false;
  const std::string_view method = text.substr(0, blank);
  if (!std::all_of(method.begin(), method.end(),
                   [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; }))
    return false;
  const std::string_view line = text.substr(blank + 1, text.find("\r\n") - blank - 1);
  const size_t version = line.rfind(" HTTP/1.");
  if (version != std::string_view::npos) return version > 0;
  // The line goes on in a later call.
  return text.find('\n') == std::string_view::npos &&
         (line.starts_with('/') || line.starts_with("http://") || line.starts_with("https://"));
}

}  // namespace weft::protocol
