/// The program's memory at a preemption, or ahead of a call (periodic_state.h), as digests: all pages
/// that may have been written since the thread's last event (written_pages.h), without the bytes
/// that calls of other threads may be writing (bytes_in_use.h), and without memory that unrecorded
/// processes may be writing.
///
/// Why this is all that there is to compare: between the thread's last event and its preemption
/// only this thread runs program code. In replay, memory is at that event as it was in the
/// recording. A page that the thread did not write on its way to the moment is the same at each
/// place of that way; so it is equal at every place that replay looks at, up to the moment itself.
#pragma once

#include "recorder/runtime/log/event_writer.h"
#include "weft/trace/preempt_state.h"

namespace weft::runtime {

/// Record: finds out and keeps the state of memory, for `thread`, which stands between two calls.
/// False if that cannot be done; then there must be no preemption here.
bool collect_memory_state(const Thread* thread);
/// Record: what was collected last, after a PreemptRecord.
void write_memory_state(EventWriter* event);
/// Record: after its event, notes for `weft info` about memory that is not compared.
void tell_of_memory_left_out(const Thread* thread);
/// Record: do these bytes belong to what was collected last? (Written or not.)
bool is_in_memory_state(uint64_t address, uint64_t bytes);

/// Record: how many pages were digested last.
uint64_t memory_state_pages();

/// Replay: nullptr if memory is as a preemption says, else one of the digests that differ.
const trace::PageDigest* differing_page(const trace::PreemptState& state);

/// How memory differs from what an event says.
struct MemoryDifference {
  uint64_t digests;                ///< that differ, 0: none
  const trace::PageDigest* first;  ///< of them
};
MemoryDifference memory_difference(const trace::PreemptState& state);

}  // namespace weft::runtime
