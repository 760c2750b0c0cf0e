/// Text from a trace on a terminal: what a program wrote must never act on the reader's screen.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace weft::inspect {

/// As a C string literal without its quotes: \n \r \t \" \\, \xNN for other control bytes and for
/// all that is not valid UTF-8. C1 control characters (U+0080..9F) are escaped too.
std::string escape(std::string_view text);

/// "..." with the first `limit` bytes as bytes (everything beyond ASCII escaped), and three dots
/// after it if there are more.
std::string quote_bytes(std::span<const std::byte> bytes, size_t limit);

/// For lines of text that are shown without quotes: like escape(), but quotes stay as they are.
std::string printable(std::string_view text);

/// The same for text of several lines: line ends stay, and the last line gets one.
std::string printable_lines(std::string_view text);

}  // namespace weft::inspect
