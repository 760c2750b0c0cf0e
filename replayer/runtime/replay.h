/// The replay half: turns, effects, divergence.
///
/// All threads of the program are fibers on one kernel thread. The thread of the next event runs;
/// when it asks for an event that belongs to another thread, the runtime switches to that one's
/// fiber.
#pragma once

#include <cstdint>

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/log/log_reader.h"
#include "weft/trace/event.h"

namespace weft::runtime {

/// The next event that `thread` has to deal with itself: switches to other threads until the next
/// event is its own, and applies what precedes calls (kMap, kData, kUnusual) on the way. Never
/// returns at the end of the recording.
const trace::EventHeader* await_turn(Thread* thread);
/// What await_turn would return, if that is a system call of `thread` that needs no waiting, no
/// switch and no stop: nearly always. Else nullptr.
inline const trace::EventHeader* ready_call(const Thread* thread) {
  return call_is_next() && g_log.next->thread == thread->id && !stop_is_due() ? g_log.next
                                                                              : nullptr;
}

/// Gives a new thread its fiber: it starts in the program with its `registers`.
void prepare_fiber(Thread* thread);
/// Leaves `thread` for good.
[[noreturn]] void abandon_fiber(Thread* thread);

/// The thread is about to go on in the program. If the recording has no event behind this moment
/// (the program was killed from outside), the program may run on without ever coming back: a timer
/// ends the replay after as long as it ran in the recording, with room to spare.
void expect_end();
/// In the SIGSYS handler: that timer. The thread goes on in weft_on_end.
bool is_end_timer(const SignalInfo& info);

/// Time of the last call that was taken from the log, TSC ticks of the recording.
uint64_t replayed_time();

/// The recording is used up: says so and waits for the replayer.
[[noreturn]] void end_of_recording();

/// Fills in the report, hands it to the replayer and never returns.
[[noreturn]] void report_divergence(const Call& call, const char* what);
/// The same where the program did something else than a call (a fault, an end).
[[noreturn]] void report_divergence(Thread* thread, const char* what);

/// The call that `thread` is about to make, if it is a clock read and the recorded one: the same as
/// replay_call, in less time. False: nothing has happened.
bool replay_clock_read(Thread* thread);

/// Maps memory as a kMap event says; kData fills it.
void apply_map(const trace::EventHeader* event);
/// Content of the last kMap (or of memory that has nothing to do with it), as a kData event has it.
void fill_map(uint64_t address, const void* from, uint64_t bytes);
/// Puts bytes into program memory, also where it is read-only.
void write_program(uint64_t address, const void* from, uint64_t bytes);
/// In a copy of a process: what it has inherited and is the original's (a file that is its memory,
/// a timer that is not inherited).
void forget_original_process();

}  // namespace weft::runtime
