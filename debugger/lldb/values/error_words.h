/// What LLDB says of a failure, as weft's own errors are said. Nothing of LLDB is needed for that.
#pragma once

#include <string>
#include <string_view>

namespace weft::source {

/// Without "error: " at its front, which whoever prints it adds, and without a line end.
inline std::string error_words(std::string text) {
  constexpr std::string_view kPrefix = "error: ";
  if (text.starts_with(kPrefix)) text.erase(0, kPrefix.size());
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

}  // namespace weft::source
