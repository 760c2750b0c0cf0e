/// EventHeader::flags that came later than those in event.h.
#pragma once

#include <cstdint>

namespace weft::trace {

/// kSyscall: all memory that children share was looked at: where it was not changed by an effect, it
/// is what it was at the last such event.
inline constexpr uint8_t kSharedSettled = 8;
/// kSyscall with kStandardOutput: to the stream that its descriptor does not say. Descriptor 2 says
/// stderr, all others stdout.
inline constexpr uint8_t kOtherStream = 0x80;
/// kStart: weft changes no text of files (weft record --no-patch), nor does replay.
inline constexpr uint8_t kTextLeft = 1;
/// kUnusual: what it tells of may make a replay differ: a divergence report names it.
inline constexpr uint8_t kSuspect = 1;

}  // namespace weft::trace
