/// What is served: which requests are answered, and by what.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace weft::serve {

/// What matters of an HTTP request.
struct Asked {
  std::string method{};
  std::string target{};
  std::string host{};
  std::string origin{};  ///< empty: it has none
};

struct Answered {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body{};
  std::string location{};  ///< of a redirection
};

class Site {
 public:
  /// Makes the page that opens with a request (empty: with all); false and a text: why it cannot.
  using MakePage = std::function<bool(const std::string& request, std::string& page)>;

  Site(std::string token, uint16_t port, MakePage make_page)
      : token_(std::move(token)), port_(port), make_page_(std::move(make_page)) {}

  Answered answer(const Asked& asked) const;
  /// Where the page is.
  std::string url() const;

 private:
  bool is_own_host(const std::string& host) const;

  std::string token_;
  uint16_t port_;
  MakePage make_page_;
};

/// 128 random bits in hexadecimal; empty: the kernel has none.
std::string random_token();

}  // namespace weft::serve
