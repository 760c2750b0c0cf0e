#include "debugger/remote/packets.h"

#include <fmt/format.h>

#include <cstring>

namespace weft::remote {
namespace {

constexpr char kInterrupt = '\x03';
constexpr char kEscape = '}';

unsigned checksum(std::string_view data) {
  unsigned sum = 0;
  for (const char c : data) sum += static_cast<unsigned char>(c);
  return sum & 0xff;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string frame(std::string_view data) {
  std::string escaped;
  for (const char c : data) {
    if (c == '$' || c == '#' || c == '*' || c == kEscape) {
      escaped += kEscape;
      escaped += static_cast<char>(c ^ 0x20);
    } else {
      escaped += c;
    }
  }
  return fmt::format("${}#{:02x}", escaped, checksum(escaped));
}

std::optional<std::string> PacketReader::next() {
  while (!buffer_.empty()) {
    if (buffer_[0] == kInterrupt) {
      buffer_.erase(0, 1);
      return std::string(1, kInterrupt);
    }
    if (buffer_[0] != '$') {
      buffer_.erase(0, 1);
      continue;
    }
    const size_t end = buffer_.find('#');
    if (end == std::string::npos || buffer_.size() < end + 3) return std::nullopt;
    std::string data;
    for (size_t i = 1; i < end; ++i) {
      const bool escaped = buffer_[i] == kEscape && i + 1 < end;
      data += escaped ? static_cast<char>(buffer_[++i] ^ 0x20) : buffer_[i];
    }
    buffer_.erase(0, end + 3);
    return data;
  }
  return std::nullopt;
}

std::string to_hex(std::span<const std::byte> bytes) {
  std::string hex;
  hex.reserve(2 * bytes.size());
  constexpr char kDigits[] = "0123456789abcdef";
  for (const std::byte byte : bytes) {
    hex += kDigits[static_cast<unsigned>(byte) >> 4];
    hex += kDigits[static_cast<unsigned>(byte) & 15];
  }
  return hex;
}

std::string to_hex(std::string_view text) {
  return to_hex(std::as_bytes(std::span(text)));
}

std::vector<std::byte> from_hex(std::string_view hex) {
  std::vector<std::byte> bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    const int high = digit(hex[i]), low = digit(hex[i + 1]);
    if (high < 0 || low < 0) break;
    bytes.push_back(static_cast<std::byte>(high << 4 | low));
  }
  return bytes;
}

std::string register_hex(uint64_t value) {
  return to_hex(std::as_bytes(std::span(&value, 1)));
}

uint64_t register_value(std::string_view hex) {
  uint64_t value = 0;
  const std::vector<std::byte> bytes = from_hex(hex.substr(0, 2 * sizeof value));
  if (!bytes.empty()) std::memcpy(&value, bytes.data(), bytes.size());
  return value;
}

uint64_t take_number(std::string_view& text) {
  uint64_t value = 0;
  while (!text.empty() && digit(text[0]) >= 0) {
    value = value << 4 | static_cast<uint64_t>(digit(text[0]));
    text.remove_prefix(1);
  }
  return value;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace weft::remote
