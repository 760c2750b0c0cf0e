#include "debugger/page/json_block.h"

#include <cmath>

#include "replayer/inspect/escape.h"

namespace weft::page {

std::string embedded(const Json& json) {
  const std::string plain = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  std::string text;
  text.reserve(plain.size() + plain.size() / 64);
  for (const char c : plain) {  // outside of strings, JSON has none of these
    if (c == '<') {
      text += "\\u003c";
    } else if (c == '>') {
      text += "\\u003e";
    } else if (c == '&') {
      text += "\\u0026";
    } else {
      text += c;
    }
  }
  return text;
}

std::string html_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

uint32_t Strings::add(const std::string& text) {
  const auto [at, is_new] = numbers_.try_emplace(text, static_cast<uint32_t>(numbers_.size()));
  if (is_new) texts_.push_back(text);
  return at->second;
}

double Clock::length(Ticks ticks) const {
  constexpr double kMicros = 1e6;
  return std::round(analysis_.seconds(ticks) * kMicros * 10) / 10;
}

std::string lines_text(std::string_view text) {
  std::string fit;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (at > 0) fit += '\n';
    fit += inspect::printable(text.substr(at, end - at));
    at = end + 1;
  }
  return fit;
}

}  // namespace weft::page
