/// What LLDB says besides results.
#pragma once

#include <algorithm>
#include <string>

namespace weft::source {

/// Not what LLDB finds wrong with a compiler's debug information.
inline std::string without_notes_on_symbols(const std::string& text) {
  std::string kept;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string line = text.substr(at, end - at);
    at = end;
    const bool about_symbols = line.find(": DW_TAG_") != std::string::npos ||
                               line.find(" DW_AT_specification(") != std::string::npos ||
                               line.find(": adding range [") != std::string::npos;
    if (!about_symbols) kept += line;
  }
  return kept;
}

}  // namespace weft::source
