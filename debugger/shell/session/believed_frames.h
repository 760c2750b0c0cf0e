/// What of LLDB's stack can be believed.
///
/// g++ -O2 splits a function into a hot part and a cold one that lies elsewhere. LLDB (up to 19) takes
/// all between the two for one function, and unwinds other functions there by its rules: it ends up
/// anywhere, or nowhere. weft knows better where the frames stand: of a suspended task, because it made
/// the stack (process/coroutine_stack.h); of a thread, from the tables for exceptions, which tell the
/// parts apart (elfutils). From the first frame of LLDB's on that stands elsewhere, that is shown:
/// function and line, no variables.
#pragma once

#include <span>
#include <vector>

#include "debugger/shell/session/debug_session.h"

namespace weft::shell {

/// Where the frames of a thread stand that are not inlined, from the innermost on; empty, or fewer
/// than there are: not known.
std::vector<Address> frame_places(DebugSession& session, travel::ShownThread thread);

std::vector<StackFrame> believed_frames(std::vector<StackFrame> frames,
                                        std::span<const Address> places, SourceDebugger& source);

}  // namespace weft::shell
