/// Which system calls return by themselves after some time, as their arguments say.
#pragma once

#include <array>
#include <cstdint>

namespace weft::analysis {

/// FUTEX_LOCK_PI2 is newer than Debian 12's headers.
inline constexpr uint32_t kFutexLockPi2 = 13;

/// True of a call that sleeps, and of one that waits with a time limit. `arguments` are the six
/// registers of the call. False where the call is not known to have one.
bool has_time_limit(uint16_t call, const std::array<uint64_t, 6>& arguments);

}  // namespace weft::analysis
