/// Where one message ends and the next begins in a stream of bytes.
///
///   kLines    a message is a line (Model Context Protocol over stdio)
///   kHeaders  "Content-Length: N\r\n\r\n" and N bytes (Debug Adapter Protocol); the one other header that
///             may be there is Content-Type
///
/// What comes in is not trusted: a message is at most kMostBytes long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::messages {

enum class Framing : uint8_t { kLines, kHeaders };

/// A message, or what was wrong with it.
struct Incoming {
  std::string text{};
  std::string error{};  ///< one sentence without a final stop; empty: it is a message
};

class Splitter {
 public:
  static constexpr size_t kMostBytes = 4 << 20;

  explicit Splitter(Framing framing) : framing_(framing) {}

  void add(std::string_view bytes) { buffer_ += bytes; }
  /// Nothing: not all of the next message is there, or lost() is true.
  std::optional<Incoming> next();
  /// True after an error from which on nobody knows where a message begins.
  bool lost() const { return lost_; }
  /// The other side has closed: what is wrong with what is left. Empty: nothing is left.
  std::string left_over() const;

 private:
  std::optional<Incoming> next_line();
  std::optional<Incoming> next_body();
  std::optional<Incoming> fail(std::string error);

  Framing framing_;
  std::string buffer_;
  bool skipping_ = false;  ///< the rest of a line that was too long
  bool lost_ = false;
};

/// The bytes that carry a message.
std::string framed(Framing framing, std::string_view text);

}  // namespace weft::messages
