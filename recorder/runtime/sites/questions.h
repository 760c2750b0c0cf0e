/// Answers the questions of the program (code/question.h), each as an event like a call's
/// (syscall::kQuestionRows): recorded as the processor that the program is shown would answer, and
/// taken from the trace in replay.
///
/// xsave and its kin make no event: they store what the registers hold, and mark every part as in
/// use, whatever the processor keeps track of. That follows from the registers alone.
#pragma once

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// In the handler of faults: true if it was a replaced one; the thread goes on in the runtime.
bool on_question(int signal, SignalContext* context, Thread* thread);

}  // namespace weft::runtime
