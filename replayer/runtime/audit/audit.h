/// Where assertions are on (ground/assertion.h): all that should hold whenever a thread comes into the
/// runtime for a call. Each part of the runtime has a table of assertions here; the costly ones are
/// looked at every kSeldom calls.
#pragma once

#include "recorder/runtime/ground/assertion.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

inline constexpr uint64_t kSeldom = 64;

/// `thread` is in a call of the program, before anything is done about it.
void audit(const Thread* thread);

// The parts.
void audit_thread(const Thread& thread);
void audit_turns(const Thread& thread);  ///< record
void audit_ring();                       ///< record
void audit_log(const Thread& thread);    ///< replay
void audit_signals(const Thread& thread);
void audit_memory();

}  // namespace weft::runtime
