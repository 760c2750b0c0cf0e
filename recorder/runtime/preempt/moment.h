/// How replay recognises an instant of a thread between two calls (trace::PreemptRecord): by its
/// registers, flags and extended state, and by the program's memory (memory_state.h). All of the
/// state that its future depends on is equal, so its future is equal.
///
/// Some words of memory, which the thread used last, are kept with their values: they tell most
/// rounds of a loop apart at once.
///
/// Recordings of earlier versions hold a selection of memory instead: the words touched last,
/// the stack, what registers and stack point to, globals that changed. For them, replay compares
/// these.
#pragma once

#include "recorder/runtime/ground/thread.h"
#include "weft/trace/event.h"
#include "weft/trace/preempt_state.h"

namespace weft::runtime {

/// Flags that a program computes with: CF PF AF ZF SF DF OF.
inline constexpr uint64_t kProgramFlags = 0xcd5;

/// Record: the beginning of kPreempt for `thread`, which stands at its registers;
/// write_memory_state() has the rest. False if memory cannot be compared: not a place to stop.
bool collect_moment(Thread* thread, trace::PreemptRecord* record);

/// Record: the same without memory: of a moment that is found by counting.
void collect_registers(Thread* thread, trace::PreemptRecord* record);

/// Replay: does `thread` stand at the instant that `event` (kPreempt) describes?
bool is_moment(Thread* thread, const trace::EventHeader* event);

/// Replay: passes since the last preemption at which the registers were as recorded and memory was
/// not, and where it differed last.
struct NearMisses {
  uint64_t passes;
  const trace::PageDigest* page;
};
const NearMisses& near_misses();

}  // namespace weft::runtime
