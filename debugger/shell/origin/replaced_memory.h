/// When the program's memory was replaced: what was written there before is gone, and nothing that
/// could be watched has written what is there now.
///
///   store ──── munmap, mmap ──── now      a fresh page, or a file's
///   store ──── madvise(MADV_DONTNEED) ──  zeros, or the file again
///   store ──── mremap ────                what lay elsewhere
#pragma once

#include <optional>

#include "debugger/shell/events/event_log.h"
#include "weft/base/address.h"

namespace weft::shell {

struct Replacement {
  EventIndex event;      ///< the call that did it
  Address begin, end;    ///< the memory
  Address moved_from{};  ///< mremap: where what is at `begin` lay before; 0: nowhere
};

/// The last one, in events [from, to), of memory that has a part in [address, address + bytes).
std::optional<Replacement> last_replacement(const EventLog& events, EventIndex from, EventIndex to,
                                            Address address, uint64_t bytes);

/// The event before `moment` with which the memory at `address` was mapped last: a kMap, or, of
/// private memory without a file, the call.
std::optional<EventIndex> last_mapping(const EventLog& events, EventIndex moment, Address address);

}  // namespace weft::shell
