/// Words of commands that weft tells its user to type.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace weft {

/// The word as a shell needs it: in quotes if it has to be; without control characters, so that it
/// can be printed.
inline std::string shell_word(std::string_view text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-+:,@").find(c) != std::string_view::npos;
  };
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  bool plain = !text.empty(), control = false;
  for (const char c : text) {
    plain = plain && is_plain(c);
    control = control || is_control(c);
  }
  if (plain) return std::string(text);
  std::string word = control ? "$'" : "'";
  for (const char c : text) {
    if (control && is_control(c)) {
      char octal[8];
      std::snprintf(octal, sizeof octal, "\\%03o", static_cast<unsigned>(c));
      word += octal;
    } else if (control && (c == '\'' || c == '\\')) {
      word += std::string("\\") + c;
    } else {
      word += c == '\'' ? "'\\''" : std::string(1, c);
    }
  }
  return word + "'";
}

}  // namespace weft
