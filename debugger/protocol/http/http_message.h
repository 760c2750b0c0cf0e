/// Cuts one direction of an HTTP/1 connection into its messages.
///
/// Collects a head until its empty line, then counts the body off by content-length or by chunks,
/// so that bytes that were not recorded do no harm inside a body.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "debugger/protocol/line_reader.h"

namespace weft::protocol {

/// What follows a head.
enum class HttpBody : uint8_t { kNone, kLength, kChunked, kUntilClose };

class HttpMessages {
 public:
  enum class Got : uint8_t { kMore, kBegin, kHead, kEnd, kNonsense };

  /// Takes bytes off `data`: kBegin at a message's first byte; kHead after its head, then the
  /// caller must call set_body(); kEnd after its last byte.
  Got take(std::string_view& data);
  enum class Skipped : uint8_t { kInside, kEnd, kEndThenLost, kLost };
  Skipped skip(uint64_t count);
  void set_body(HttpBody body, uint64_t length);
  void restart();

  bool inside() const { return state_ != State::kStart; }
  bool in_head() const { return state_ == State::kHead; }
  bool until_close() const { return state_ == State::kUntilClose; }
  /// The head with its empty line, valid until the next call; as far as it has come while
  /// in_head().
  std::string_view head() const { return head_; }
  uint64_t bytes() const { return bytes_; }

 private:
  enum class State : uint8_t {
    kStart,
    kHead,
    kHeadDone,
    kLength,
    kChunkSize,
    kChunk,
    kChunkEnd,
    kTrailer,
    kUntilClose,
  };

  Got take_head(std::string_view& data);
  Got take_chunk_line(std::string_view line);
  Got end();

  static constexpr size_t kMaxHead = 64 * 1024;

  State state_ = State::kStart;
  std::string collected_;  ///< a head that came in pieces
  std::string_view head_;
  LineReader line_{64};
  uint64_t left_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace weft::protocol
