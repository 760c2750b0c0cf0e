/// The frame of the GDB remote serial protocol: $DATA#SUM, and hexadecimal inside.
///
/// Source: "Debugging with GDB", appendix "GDB Remote Serial Protocol"; what LLDB adds to it is
/// lldb/docs/resources/lldbgdbremote.md in the LLVM tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weft/base/address.h"

namespace weft::remote {

/// "$DATA#SUM", with what needs it escaped.
std::string frame(std::string_view data);

/// Takes bytes as they come, gives packets.
class PacketReader {
 public:
  void add(std::string_view bytes) { buffer_ += bytes; }
  /// The next whole packet's data; "\x03" for an interrupt. Acknowledgements are dropped.
  std::optional<std::string> next();

 private:
  std::string buffer_;
};

std::string to_hex(std::span<const std::byte> bytes);
std::string to_hex(std::string_view text);
/// As many bytes as `hex` has whole ones.
std::vector<std::byte> from_hex(std::string_view hex);
/// Little endian, as registers are sent.
std::string register_hex(uint64_t value);
uint64_t register_value(std::string_view hex);

/// A number in hexadecimal at the front of `text`, which it is taken off. 0 if there is none.
uint64_t take_number(std::string_view& text);
/// The same, where it is an address.
inline Address take_address(std::string_view& text) {
  return Address(take_number(text));
}
/// True, and `prefix` is taken off, if `text` begins with it.
bool take_prefix(std::string_view& text, std::string_view prefix);

}  // namespace weft::remote
