/// Calls of functions, as a replay with probes has seen them.
///
/// A place of the run is (event, ordinal): the ordinal-th hit of a probe since event - 1. When it
/// was is not recorded, only that it was after the event before and before the event after it. So a
/// time is a pair of bounds, and a guess between them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "weft/trace/event_index.h"
#include "weft/trace/thread_number.h"
#include "weft/trace/ticks.h"

namespace weft::spans {

using trace::EventIndex;
using trace::ThreadNumber;
using trace::Ticks;

struct HitPlace {
  EventIndex event{0};   ///< the next one
  uint32_t ordinal = 0;  ///< hits since the event before
  friend auto operator<=>(const HitPlace&, const HitPlace&) = default;
};

/// How a call ended.
enum class SpanEnd : uint8_t {
  kReturned,
  kTailCall,   ///< went on in another function, which returns in its place
  kException,  ///< an exception was thrown past it
  kNotSeen,    ///< its frame is gone, and no probe saw how (longjmp, a jump nobody could follow)
  kOpen,       ///< goes on at the end of the recording
};

inline constexpr uint32_t kNoSpan = UINT32_MAX;
inline constexpr int kSpanArguments = 3;

struct Span {
  uint32_t function = 0;     ///< in TracedFunctions
  uint32_t outer = kNoSpan;  ///< the traced call that it was made in
  ThreadNumber thread{0};
  HitPlace entry{}, exit{};                 ///< exit: of kOpen and kNotSeen, where that was known
  uint64_t arguments[kSpanArguments] = {};  ///< rdi, rsi, rdx at the entry
  SpanEnd end = SpanEnd::kOpen;
};

}  // namespace weft::spans
