/// Lines out of the pieces in which programs write them: a line may come in several writes, a write may
/// hold several lines.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "debugger/connections/log/mark.h"

namespace weft::report {

/// A line, without its end and without escape sequences of terminals.
struct WrittenLine {
  std::string text{};
  connections::Mark first{}, last{};  ///< the writes that hold its first and its last byte
  uint64_t missing = 0;               ///< bytes of it that the trace does not hold
  bool complete = true;               ///< false: no line end followed
};

/// For one stream.
class LineJoiner {
 public:
  using Take = std::function<void(WrittenLine&& line)>;

  /// The bytes of a write; `missing` more followed, of which the trace does not know what they were: they
  /// belong to the line that is unfinished then, which ends with them.
  void write(const connections::Mark& write, std::string_view bytes, uint64_t missing,
             const Take& take);
  /// Nothing comes any more.
  void finish(const Take& take);

 private:
  void end_line(const connections::Mark& write, const Take& take);

  static constexpr size_t kMostBytes = 1 << 20;  ///< of a line; more are counted as missing
  WrittenLine line_;
  bool began_ = false;
};

/// Without the control sequences that set colours, titles and cursors (ECMA-48).
std::string without_escapes(std::string_view text);

}  // namespace weft::report
