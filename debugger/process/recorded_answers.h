/// What the kernel told the program about itself: process and thread IDs, users. An expression that
/// asks gets what the program would have got, not what the process of the replay is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "weft/trace/event_index.h"

namespace weft::process {

class RecordedAnswers {
 public:
  /// Of a whole log, which outlives this. Looks at it when it is asked.
  explicit RecordedAnswers(std::span<const std::byte> log) : log_(log) {}

  /// True for calls whose answer depends on the process alone, and is not that of the replay.
  static bool is_about_process(uint64_t call);
  /// What such a call answers in `thread` at that moment; empty: the recording does not tell.
  ///
  ///   ── getuid = 0 ── here: 0 ── setuid(33) ── here: 33, from the next getuid ── getuid = 33 ──
  ///
  /// An answer holds forward and back up to a call that may change it. Nothing in a recording says
  /// when the parent ends: its ID is known only between two equal answers.
  std::optional<int64_t> of(uint64_t call, uint32_t thread, trace::EventIndex moment) const;

 private:
  std::span<const std::byte> log_;
};

}  // namespace weft::process
