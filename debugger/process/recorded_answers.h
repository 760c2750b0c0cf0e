/// What the kernel told the program about itself: process and thread IDs, users. An expression that
/// asks gets what the program would have got, not what the process of the replay is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>

#include "weft/trace/event_index.h"
#include "weft/trace/thread_number.h"

namespace weft::process {

class RecordedAnswers {
 public:
  /// Gives a whole log, which outlives this; it is asked for when somebody wants an answer.
  using Log = std::function<std::span<const std::byte>()>;
  explicit RecordedAnswers(Log log) : log_(std::move(log)) {}

  /// True for calls whose answer depends on the process alone, and is not that of the replay.
  static bool is_about_process(uint64_t call);
  /// What such a call answers in `thread` at that moment; empty: the recording does not tell.
  ///
  ///   ── getuid = 0 ── here: 0 ── setuid(33) ── here: 33, from the next getuid ── getuid = 33 ──
  ///
  /// An answer holds forward and back up to a call that may change it. Nothing in a recording says
  /// when the parent ends: its ID is known only between two equal answers.
  std::optional<int64_t> of(uint64_t call, trace::ThreadNumber thread,
                            trace::EventIndex moment) const;

 private:
  Log log_;
};

}  // namespace weft::process
