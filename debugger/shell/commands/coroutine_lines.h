/// The lines of one coroutine in the order in which it came by them, across its suspensions: what
/// `next` would be if the coroutine were on the stack all the time.
///
///   segment 1                     segment 2
///   72 ── 73 ── 74 co_await │ ... │ 74 (its result) ── 75 ── 76
///               └─ async next leads to ────────────────┘
///
/// A segment is replayed from its resume, with a breakpoint on each line of the coroutine's body.
/// Of the calls that come by, one is the coroutine's: it begins with the frame's address as its
/// argument, and from then on has a stack pointer of its own; other tasks of the same function, run
/// from within, have others.
///
/// Compilers give what they add to a coroutine the lines on which its function begins and ends.
/// These two lines are not the user's code.
#pragma once

#include <optional>
#include <vector>

#include "debugger/shell/session/shell.h"

namespace weft::shell {

class CoroutineLines {
 public:
  /// Nothing if the task is no coroutine, never ran, or its lines are not known.
  static std::optional<CoroutineLines> of(Shell& shell, analysis::TaskIndex task);

  /// The next line after `now`, the one before. Nothing: it comes by no more.
  std::optional<travel::Instant> next(const travel::Instant& now);
  std::optional<travel::Instant> previous(const travel::Instant& now);

 private:
  struct LineHit {
    uint32_t line;
    travel::Instant instant;
  };
  CoroutineLines(Shell& shell, analysis::TaskIndex task, Address frame, FrameLines lines);

  uint32_t line_at(Address address) const;
  /// What the coroutine comes by in a segment, before `until`.
  std::vector<LineHit> hits_in(analysis::SegmentIndex segment, const travel::Instant& until);
  travel::Instant end_of(analysis::SegmentIndex segment) const;
  /// That runs at `now`, else the next one.
  analysis::SegmentIndex segment_at(const travel::Instant& now) const;
  /// Where it stands before it is resumed for that segment; 0: it has not run.
  uint32_t line_before(analysis::SegmentIndex segment) const;

  Shell& shell_;
  analysis::TaskIndex task_;
  Address frame_;
  FrameLines lines_;
  uint32_t last_line_ = 0;
};

}  // namespace weft::shell
