/// Times of a trace, and how long something took.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>

namespace weft::trace {

/// Ticks of the recorded machine's time-stamp counter: a point in time (EventHeader::time), or the
/// difference of two. Only TraceInfo knows how many of them are a second, so that ticks never mix
/// with seconds, nanoseconds or plain counts:
///
///   const Ticks took = call.finish - call.start;
///   info.seconds(took)        a duration
///   info.seconds_at(time)     a point in time, since the start of the recording
class Ticks {
 public:
  constexpr Ticks() = default;
  constexpr explicit Ticks(std::integral auto ticks) : ticks_(static_cast<uint64_t>(ticks)) {}

  constexpr uint64_t value() const { return ticks_; }

  friend constexpr auto operator<=>(Ticks, Ticks) = default;
  constexpr Ticks& operator+=(Ticks other) { return ticks_ += other.ticks_, *this; }
  constexpr Ticks& operator-=(Ticks other) { return ticks_ -= other.ticks_, *this; }
  friend constexpr Ticks operator+(Ticks a, Ticks b) { return Ticks(a.ticks_ + b.ticks_); }
  friend constexpr Ticks operator-(Ticks a, Ticks b) { return Ticks(a.ticks_ - b.ticks_); }
  friend constexpr Ticks operator*(uint64_t times, Ticks a) { return Ticks(times * a.ticks_); }
  friend constexpr Ticks operator/(Ticks a, uint64_t parts) { return Ticks(a.ticks_ / parts); }

 private:
  uint64_t ticks_ = 0;
};
static_assert(sizeof(Ticks) == sizeof(uint64_t));

}  // namespace weft::trace
