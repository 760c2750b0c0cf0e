/// What a user means by a watchpoint, in words that make LLDB do it.
#pragma once

#include <lldb/API/LLDB.h>

#include <string>

namespace weft::source {

/// `line` is what the user typed, `full` the same with LLDB's full names; `frame` is in front. All
/// other commands stay as they are.
///
///   which writes    LLDB passes over a write that leaves what it has last seen there, which it may
///                   have seen later. A watchpoint of which no more was said stops at every write.
///   how long        LLDB takes a watchpoint on a local variable away when its function returns. A
///                   coroutine returns when it is suspended, and its variables stay: those are
///                   watched by their place.
std::string watch_line(lldb::SBFrame frame, const std::string& line, const std::string& full);

}  // namespace weft::source
