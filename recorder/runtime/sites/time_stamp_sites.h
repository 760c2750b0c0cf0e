/// rdtsc and rdtscp in the program's text become events.
///
/// The processor would let them trap, but then also the runtime's own, which stamps each event. So
/// the instruction's two first bytes are replaced when its file is mapped, by an instruction that
/// does not exist:
///
///   rdtsc   0f 31       ->  0f 0a         SIGILL ──> weft_entry_time_stamp ──> weft_on_time_stamp:
///   rdtscp  0f 01 f9    ->  0f 0a f9      an event like a call's, number kTimeStampCall
///
/// Two bytes may be anything, so only those count that are followed by what puts the two halves of
/// the answer together (shl $32,%rdx). What uses the instruction otherwise is left alone: its value
/// in replay is another one (time_stamp.h). So are the dynamic linker and the C library, which
/// measure themselves with it.
#pragma once

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"
#include "recorder/runtime/memory/memory_map.h"

namespace weft::runtime {

/// Record: `mapping` is text of the file `path` that has just been mapped and logged. Replaces its
/// time stamps, and logs that as kData.
void patch_time_stamps(const Thread* thread, const FileMapping& mapping, const char* path);
/// In a forked child, which is not recorded: puts them back.
void restore_time_stamps();

/// In the handler of faults: true if it was a replaced one; the thread goes on in the runtime.
bool on_patched_time_stamp(int signal, SignalContext* context, Thread* thread);

}  // namespace weft::runtime
