/// The head of an HTTP/1 message: start line and fields, read by Boost.Beast's parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::protocol {

struct HttpHead {
  bool valid = false;
  // Of a request.
  std::string_view method;
  std::string_view target;
  std::string traceparent;
  // Of a response.
  unsigned status = 0;
  std::string reason;
  // Of both.
  bool chunked = false;
  std::optional<uint64_t> content_length;
};

/// Reads a whole head, up to and with its empty line. The texts of `head` that are views point into
/// `text`.
void read_request_head(std::string_view text, HttpHead& head);
void read_response_head(std::string_view text, HttpHead& head);

/// Is it the first line of a request, "METHOD target HTTP/1.x", as far as it has come?
bool is_http_request(std::string_view text);

}  // namespace weft::protocol
