/// The word that says which thread has the baton, and what that thread is doing.
///
///   63        41 40             16 15         2 1     0
///   +-----------+-----------------+------------+-------+
///   | call      | thread id + 1   | processor  | state |
///   +-----------+-----------------+------------+-------+
///
/// `call` counts the thread's calls, so that the same word is the same call. `processor` is where
/// the thread was when it last came to run (a hint: threads seldom move while they run).
#pragma once

#include <cstdint>

namespace weft::runtime {

/// What the holder is doing (baton.h draws how one follows from the other).
enum class Hold : uint64_t {
  kOffered = 0,  ///< waits in the kernel, or has ended: the baton is for whoever comes
  kRunning = 1,  ///< in the program, or in the runtime
  kAsking = 2,   ///< in a call that will be over soon
  kInCall = 3,   ///< in a call of which nobody knows how long it takes
};

struct BatonWord {
  uint64_t bits;

  static constexpr int kProcessorShift = 2, kThreadShift = 16, kCallShift = 41;
  static constexpr uint64_t kStateMask = 3, kProcessorMask = 0x3fff, kThreadMask = 0x1ff'ffff;

  constexpr BatonWord(uint64_t value) : bits(value) {}
  constexpr BatonWord(Hold state, uint32_t thread, uint32_t processor, uint64_t call)
      : bits(call << kCallShift | (uint64_t{thread} + 1) << kThreadShift |
             (uint64_t{processor} & kProcessorMask) << kProcessorShift |
             static_cast<uint64_t>(state)) {}

  constexpr Hold state() const { return static_cast<Hold>(bits & kStateMask); }
  constexpr uint32_t processor() const {
    return static_cast<uint32_t>(bits >> kProcessorShift & kProcessorMask);
  }
  /// Number of the thread in the trace.
  constexpr uint32_t thread() const {
    return static_cast<uint32_t>((bits >> kThreadShift & kThreadMask) - 1);
  }
  constexpr BatonWord with(Hold state) const {
    return {(bits & ~kStateMask) | static_cast<uint64_t>(state)};
  }
  constexpr bool operator==(const BatonWord&) const = default;
};

}  // namespace weft::runtime
