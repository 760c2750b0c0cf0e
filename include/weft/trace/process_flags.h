/// Flags of events that only recordings of several processes have (chunk_format.h, version 4).
#pragma once

#include <cstdint>

namespace weft::trace {

/// kStart, beside kTextLeft: other processes of the tree may write to what this one maps shared, from
/// its beginning on (recorder/runtime/mapped/shared_watch.h).
inline constexpr uint8_t kSharesFromStart = 2;

}  // namespace weft::trace
