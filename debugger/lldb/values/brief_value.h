/// Values of the program in one line each.
#pragma once

#include <lldb/API/LLDB.h>

#include <string>

namespace weft::source {

/// A text of LLDB's; its null is the empty text.
inline std::string text_of(const char* text) {
  return text != nullptr ? text : "";
}

/// "42", "\"stock\"", "size=2 {1, 2}", "{name = \"stock\", locked = true}". What lies deeper than
/// `depth` levels, or after many others, is three dots.
std::string brief_value(lldb::SBValue value, int depth);

/// So much is shown of a variable of the user's.
inline constexpr int kShownLevels = 2;

}  // namespace weft::source
