/// What memory holds ahead of a call, every so often: kMemory events, for `weft replay --verify`.
///
/// A preemption's digests are compared by each replay, as it is recognised by them. These events are
/// a check besides: where a replay's memory differs, they tell so soon after, and not only when
/// the program passes another argument to a call, or never.
///
/// When: the recorder asks for one every so often (record_channel.h). Unless the user wants more of
/// them (`weft record --digests MS`), they are made only where writes are tracked anyway, since the
/// first preemption, and take a hundredth of the time at most, with what tracking takes.
#pragma once

#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/log/event_writer.h"

namespace weft::runtime {

/// Record: true if one is asked for.
inline bool memory_is_asked_for() {
  return record_channel()->memory_asked.load(std::memory_order_relaxed) != 0;
}
/// Record: `thread` is about to make a call. Writes the event, if this is the time for it.
void record_memory(const Thread* thread);

}  // namespace weft::runtime
