/// Reads the replies of a Redis server, RESP2 and RESP3.
///
///   +OK\r\n              "OK"            $3\r\nabc\r\n    "<3 bytes>"
///   -ERR unknown\r\n     "ERR unknown", failed
///   *2\r\n :1\r\n $1\r\na\r\n            "2 elements"
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "debugger/protocol/line_reader.h"

namespace weft::protocol {

class RedisReplyReader {
 public:
  enum class Got : uint8_t { kMore, kReply, kNonsense };

  /// Takes bytes off `data` until a reply is complete (kReply) or `data` is used up (kMore).
  Got take(std::string_view& data);
  /// As RedisRequestReader::skip.
  enum class Skipped : uint8_t { kInside, kReply, kReplyThenLost, kLost };
  Skipped skip(uint64_t count);
  void restart();
  bool inside() const { return inside_; }

  // Of the last reply, or of the unfinished one.
  std::string_view outcome() const { return outcome_; }
  bool failed() const { return errors_ != 0; }
  /// RESP3's out-of-band type.
  bool is_push() const { return type_ == '>'; }
  /// An array, or a push.
  bool is_array() const { return type_ == '*' || type_ == '>'; }
  /// Its first element, if that is a string ("message", "subscribe").
  std::string_view first_element() const { return first_; }
  /// Its second one (the channel).
  std::string_view second_element() const { return second_; }
  uint64_t bytes() const { return bytes_; }

 private:
  static constexpr size_t kMaxDepth = 32;
  static constexpr size_t kMaxElementText = 48;

  Got take_line(std::string_view line);
  Got take_aggregate(char type, std::string_view line, std::string_view number);
  Got take_bulk_head(std::string_view line, std::string_view number);
  void describe(char type, std::string_view text);
  void keep_element(std::string_view part);
  Got value_ends();
  void begin();

  LineReader line_{512};
  bool inside_ = false;
  bool in_bulk_ = false;
  bool attribute_ = false;  ///< what is being read are attributes, the reply follows
  char type_ = 0;
  uint64_t left_ = 0;                           ///< bytes of the bulk to come, with its line end
  std::array<uint64_t, kMaxDepth> elements_{};  ///< still to come, by depth
  size_t depth_ = 0;
  uint64_t element_ = 0;  ///< how many of the outermost aggregate have come
  uint64_t errors_ = 0;
  uint64_t bytes_ = 0;
  std::string outcome_;
  std::string first_, second_;
};

}  // namespace weft::protocol
