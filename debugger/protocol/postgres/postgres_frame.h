/// Cuts one direction of PostgreSQL's protocol 3.0 into its messages:
///
///   u8 type | i32 length (itself included) | length - 4 bytes      and, before anything else,
///             i32 length | i32 code        | length - 8 bytes      startup, SSLRequest, cancel
///
/// Integers are big-endian. Source: PostgreSQL 15 documentation, chapter 55.7.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::protocol {

class PostgresFrames {
 public:
  enum class Got : uint8_t { kMore, kBegin, kFrame, kNonsense };

  /// Takes bytes off `data`; kBegin at a message's first byte, kFrame after its last.
  Got take(std::string_view& data);
  enum class Skipped : uint8_t { kInside, kFrame, kFrameThenLost, kLost };
  Skipped skip(uint64_t count);
  void restart() { inside_ = false; }
  bool inside() const { return inside_; }
  /// The next message has no type byte.
  void expect_untyped() { untyped_ = true; }

  char type() const { return type_; }  ///< 0: without type
  /// What came of the message's content, at most kMaxKept bytes of it.
  std::string_view content() const { return content_; }
  uint64_t bytes() const { return head_bytes_ + body_bytes_; }  ///< on the wire

  static constexpr size_t kMaxKept = 2048;

 private:
  Got head_ends();

  bool inside_ = false;
  bool untyped_ = false;
  char type_ = 0;
  uint8_t head_[5] = {};
  uint8_t head_bytes_ = 0;
  uint8_t head_needs_ = 5;
  uint64_t body_bytes_ = 0;
  uint64_t left_ = 0;
  std::string content_;
};

/// Takes a NUL-terminated string off `content`; all of it if the NUL was cut off.
std::string_view take_c_string(std::string_view& content);
uint32_t big_endian_32(std::string_view bytes);

}  // namespace weft::protocol
