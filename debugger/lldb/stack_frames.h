/// The frames of a thread as people want to see them: whose code each is, names without what the
/// compiler added.
#pragma once

#include <lldb/API/LLDB.h>

#include <string>
#include <vector>

#include "debugger/shell/source/stack_frame.h"

namespace weft::source {

/// `selected` is the number of the frame in front.
std::vector<shell::StackFrame> stack_frames(lldb::SBThread thread, lldb::SBTarget target,
                                            uint32_t most);
shell::StackFrame stack_frame(lldb::SBFrame frame, lldb::SBTarget target, bool selected);
/// Whose code a frame is in.
shell::CodeOwner owner_of(lldb::SBFrame frame, lldb::SBTarget target);

/// "shop::Page::render<std::...>" of "shop::Page::render<...>(int, char const*) [clone .actor]".
std::string short_function_name(const std::string& name);

}  // namespace weft::source
