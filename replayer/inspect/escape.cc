#include "replayer/inspect/escape.h"

#include <algorithm>
#include <cstdint>

namespace weft::inspect {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

void put_hex(std::string& out, uint8_t byte) {
  out += "\\x";
  out += kHexDigits[byte >> 4];
  out += kHexDigits[byte & 15];
}

/// Length of the UTF-8 sequence that `text` starts with, 0 if it is none (RFC 3629).
size_t sequence_length(std::string_view text) {
  const auto at = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = at(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xc2 && first < 0xe0   ? 2
                        : first >= 0xe0 && first < 0xf0 ? 3
                        : first >= 0xf0 && first < 0xf5 ? 4
                                                        : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xc0) != 0x80) return 0;
  }
  const uint8_t second = at(1);
  const bool overlong_or_surrogate =
      (first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0) ||
      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90);
  return overlong_or_surrogate ? 0 : length;
}

/// Control characters and what turns the direction of writing around.
bool acts_on_terminal(std::string_view sequence) {
  const auto first = static_cast<uint8_t>(sequence[0]);
  if (sequence.size() == 1) return first < 0x20 || first == 0x7f;
  const auto second = static_cast<uint8_t>(sequence[1]);
  if (sequence.size() == 2) return first == 0xc2 && second < 0xa0;
  const auto third = static_cast<uint8_t>(sequence[2]);
  const bool bidirectional = first == 0xe2 && ((second == 0x80 && third >= 0xa8 && third <= 0xae) ||
                                               (second == 0x81 && third >= 0xa6 && third <= 0xa9));
  return bidirectional;
}

void put_byte(std::string& out, uint8_t byte) {
  switch (byte) {
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      put_hex(out, byte);
  }
}

enum class Quotes : uint8_t { kAsTheyAre, kEscaped };

std::string escaped(std::string_view text, Quotes quotes) {
  std::string out;
  while (!text.empty()) {
    const size_t length = sequence_length(text);
    const std::string_view sequence = text.substr(0, std::max<size_t>(length, 1));
    if (length == 0 || acts_on_terminal(sequence)) {
      for (const char byte : sequence) put_byte(out, static_cast<uint8_t>(byte));
    } else {
      if (quotes == Quotes::kEscaped && (sequence == "\"" || sequence == "\\")) out += '\\';
      out += sequence;
    }
    text.remove_prefix(sequence.size());
  }
  return out;
}

}  // namespace

std::string escape(std::string_view text) {
  return escaped(text, Quotes::kEscaped);
}

std::string printable(std::string_view text) {
  return escaped(text, Quotes::kAsTheyAre);
}

std::string printable_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out += printable(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string quote_bytes(std::span<const std::byte> bytes, size_t limit) {
  std::string out = "\"";
  for (const std::byte value : bytes.first(std::min(bytes.size(), limit))) {
    const auto byte = static_cast<uint8_t>(value);
    if (byte < 0x20 || byte >= 0x7f) {
      put_byte(out, byte);
    } else {
      if (byte == '"' || byte == '\\') out += '\\';
      out += static_cast<char>(byte);
    }
  }
  out += bytes.size() > limit ? "\"..." : "\"";
  return out;
}

}  // namespace weft::inspect
