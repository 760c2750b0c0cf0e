/// Reads the commands that a client of Redis sends: RESP arrays of bulk strings, or inline lines.
///
///   *3\r\n $3\r\nSET\r\n $5\r\nkey:1\r\n $3\r\nxyz\r\n      ->  "SET key:1 <3 bytes>"
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "debugger/protocol/line_reader.h"
#include "debugger/protocol/redis/redis_commands.h"

namespace weft::protocol {

class RedisRequestReader {
 public:
  enum class Got : uint8_t { kMore, kBegin, kCommand, kNonsense };

  /// Takes bytes off `data` until there is something to report: kBegin at a command's first byte,
  /// kCommand after its last, kMore when `data` is used up.
  Got take(std::string_view& data);
  /// What became of the command in which bytes were not recorded. kLost: lengths were among them.
  enum class Skipped : uint8_t { kInside, kCommand, kCommandThenLost, kLost };
  Skipped skip(uint64_t count);
  /// Forgets an unfinished command: the next byte begins one.
  void restart();
  /// A command has begun and not ended.
  bool inside() const { return state_ != State::kStart; }

  // Of the last command, or of the unfinished one.
  std::string_view what() const { return what_; }
  const RedisCommand& command() const { return *command_; }
  uint64_t argument_count() const { return arguments_; }
  uint64_t bytes() const { return bytes_; }
  /// CLIENT REPLY OFF, ON or SKIP were asked for: "CLIENT REPLY OFF".
  bool is(std::string_view words) const { return what_ == words; }

 private:
  enum class State : uint8_t { kStart, kCount, kLength, kBulk, kBulkEnd, kInline };

  bool take_count(std::string_view line);
  bool take_length(std::string_view line);
  void take_bulk(std::string_view& data);
  void take_inline(std::string_view line);
  void begin_argument(uint64_t length);
  void put(std::string_view part);
  Got next_argument();

  State state_ = State::kStart;
  LineReader line_{2048};
  uint64_t arguments_ = 0;
  uint64_t argument_ = 0;  ///< which one is being read
  uint64_t left_ = 0;      ///< bytes of it to come
  size_t shown_left_ = 0;  ///< bytes of it still to be shown
  bool cut_ = false;       ///< the argument is longer than what is shown of it
  uint64_t bytes_ = 0;
  std::string what_;
  const RedisCommand* command_ = &kAnyRedisCommand;
};

}  // namespace weft::protocol
