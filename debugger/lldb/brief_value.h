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

/// How the user called what is in a coroutine's frame under this name: g++ adds "_1_2" to the names
/// of local variables. Empty for what compilers put there.
std::string frame_member_name(const std::string& name);

}  // namespace weft::source
