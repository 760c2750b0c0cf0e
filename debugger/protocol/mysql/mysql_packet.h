/// Cuts one direction of MySQL's protocol into its packets:
///
///   u24 length | u8 sequence number | payload        (a payload of 0xffffff bytes goes on in the
///                                                     next packet)
///
/// Integers are little-endian. Source: MySQL's internals manual, "Client/Server Protocol".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::protocol {

class MysqlPackets {
 public:
  enum class Got : uint8_t { kMore, kBegin, kPacket };

  /// Takes bytes off `data`; kBegin once the payload's first byte is known, kPacket after its last.
  Got take(std::string_view& data);
  enum class Skipped : uint8_t { kInside, kPacket, kLost };
  Skipped skip(uint64_t count);
  void restart() { *this = {}; }

  uint8_t first_byte() const { return content_.empty() ? 0 : static_cast<uint8_t>(content_[0]); }
  /// What came of the payload, at most kMaxKept bytes of it.
  std::string_view content() const { return content_; }
  uint64_t length() const { return length_; }  ///< of the payload
  uint64_t bytes() const { return bytes_; }    ///< on the wire

  static constexpr size_t kMaxKept = 2048;

 private:
  bool take_head(std::string_view& data);

  uint8_t head_[4] = {};
  uint8_t head_bytes_ = 0;
  bool goes_on_ = false;  ///< this packet continues the payload of the one before
  bool split_ = false;    ///< the next packet continues this payload
  bool told_ = false;
  uint64_t left_ = 0, length_ = 0, bytes_ = 0;
  std::string content_;
};

/// Takes an integer of `bytes` bytes off `content`; what is missing counts as 0.
uint64_t take_integer(std::string_view& content, size_t bytes);
/// The same of a length-encoded one.
uint64_t take_length(std::string_view& content);

}  // namespace weft::protocol
