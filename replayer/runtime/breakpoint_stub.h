/// The comparing part of a breakpoint's stub (breakpoint.h), as machine code.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/thread.h"
#include "weft/trace/event.h"

namespace weft::runtime {

/// Writes it at `stub`, which is kStubMost bytes (trap_jump.h) of writable, executable memory within a 32-bit
/// distance of its own end. If all is as in `record` it goes to weft_entry_breakpoint with the
/// program's registers; else it goes on, again with the program's registers, at the address that is
/// returned. What differs from the present state of `thread` is compared first.
uint64_t build_checks(Thread* thread, const trace::PreemptRecord& record, uint64_t stub);

}  // namespace weft::runtime
