#include "debugger/serve/site.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <string_view>

namespace weft::serve {
namespace {

constexpr size_t kLongestRequest = 40;  ///< a number, or a trace ID of 32 digits

Answered refused(unsigned status, const char* text) {
  return {.status = status, .body = std::string(text) + "\n"};
}

/// Takes as long for a wrong first digit as for a wrong last one.
bool same_token(std::string_view given, std::string_view token) {
  unsigned different = given.size() == token.size() ? 0 : 1;
  for (size_t i = 0; i < given.size() && i < token.size(); ++i)
    different |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(token[i]);
  return different == 0;
}

}  // namespace

std::string random_token() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return "";
  std::string token;
  for (const unsigned char byte : bytes) token += fmt::format("{:02x}", byte);
  return token;
}

std::string Site::url() const {
  return fmt::format("http://127.0.0.1:{}/{}/", port_, token_);
}

/// A page from elsewhere may have made its own name stand for this address (DNS rebinding).
bool Site::is_own_host(const std::string& host) const {
  return host == fmt::format("127.0.0.1:{}", port_) || host == fmt::format("localhost:{}", port_);
}

Answered Site::answer(const Asked& asked) const {
  constexpr std::string_view kRequest = "request/", kScheme = "http://";
  const bool own_origin =
      asked.origin.empty() ||
      (asked.origin.starts_with(kScheme) && is_own_host(asked.origin.substr(kScheme.size())));
  if (!is_own_host(asked.host) || !own_origin)
    return refused(403, "this is asked on behalf of another site");
  if (asked.method != "GET" && asked.method != "HEAD") return refused(405, "only GET is answered");
  const size_t token_end = 1 + token_.size();
  if (!asked.target.starts_with('/') || asked.target.size() < token_end ||
      !same_token(asked.target.substr(1, token_.size()), token_)) {
    return refused(404, "there is nothing here; the address that weft serve printed has a token");
  }
  if (asked.target.size() == token_end) return {.status = 308, .location = asked.target + "/"};
  if (asked.target[token_end] != '/') return refused(404, "there is nothing here");
  std::string rest = asked.target.substr(token_end + 1);
  if (!rest.empty() &&
      (!rest.starts_with(kRequest) || rest.size() > kRequest.size() + kLongestRequest)) {
    return refused(404, "there is nothing here");
  }
  if (!rest.empty()) rest.erase(0, kRequest.size());
  Answered answered{.type = "text/html; charset=utf-8"};
  if (make_page_(rest, answered.body)) return answered;
  return refused(404, answered.body.c_str());
}

}  // namespace weft::serve
