/// The frames of a thread as people want to see them: whose code each is, names without what the
/// compiler added.
#pragma once

#include <lldb/API/LLDB.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "debugger/shell/source/stack_frame.h"

namespace weft::source {

/// `selected` is the number of the frame in front.
std::vector<shell::StackFrame> stack_frames(lldb::SBThread thread, lldb::SBTarget target,
                                            uint32_t most);
/// One of them, not selected.
shell::StackFrame stack_frame(lldb::SBFrame frame, lldb::SBTarget target);
/// Of a function that stands there, without what it has inlined: LLDB has no such frame.
shell::StackFrame frame_of_code(lldb::SBAddress place, lldb::SBTarget target);
/// The innermost frame of the program's own code that has source. Libraries' and weft's own code
/// between the program's: nobody wants to land there. Without one: the first outside of weft's code,
/// if the innermost is in it; else nothing.
std::optional<uint32_t> user_frame(lldb::SBThread thread, lldb::SBTarget target);
/// Whose code a frame is in.
shell::CodeOwner owner_of(lldb::SBFrame frame, lldb::SBTarget target);

}  // namespace weft::source
