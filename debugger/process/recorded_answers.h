/// What the kernel told the program about itself: process and thread IDs, users. An expression that
/// asks gets what the program would have got, not what the process of the replay is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace weft::process {

class RecordedAnswers {
 public:
  /// Of a whole log, which outlives this. Looks at it when it is asked.
  explicit RecordedAnswers(std::span<const std::byte> log) : log_(log) {}

  /// True for calls whose answer depends on the process alone, and is not that of the replay.
  static bool is_about_process(uint64_t call);
  /// What such a call answers in `thread`; empty: the recording does not tell.
  std::optional<int64_t> of(uint64_t call, uint32_t thread) const;

 private:
  std::span<const std::byte> log_;
};

}  // namespace weft::process
