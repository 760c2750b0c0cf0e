/// The processor's debug registers, as watches use them.
#pragma once

#include <cstdint>
#include <vector>

#include "debugger/process/watch.h"

namespace weft::process {

inline constexpr uint64_t kWatchBytesAreWritten = 1, kWatchBytesAreUsed = 3;

/// DR7: bit 2n switches watch n on; 4 bits from 16 + 4n say what it does, and its length.
inline uint64_t debug_control(const std::vector<Watch>& watches) {
  uint64_t control = 0;
  for (size_t i = 0; i < watches.size(); ++i) {
    const uint64_t length_code = watches[i].length == 8 ? 2 : watches[i].length - 1u;
    const uint64_t use =
        watches[i].what == WatchFor::kUses ? kWatchBytesAreUsed : kWatchBytesAreWritten;
    control |= uint64_t{1} << (2 * i) | (use | length_code << 2) << (16 + 4 * i);
  }
  return control;
}

}  // namespace weft::process
