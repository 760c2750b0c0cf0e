/// What LLDB stops at, as weft's searches back in time need it.
#pragma once

#include <lldb/API/LLDB.h>

#include <vector>

#include "debugger/shell/source/source_debugger.h"

namespace weft::source {

/// With the addresses of their enabled locations.
std::vector<shell::SourceBreakpoint> enabled_breakpoints(lldb::SBTarget target);
std::vector<shell::SourceWatch> enabled_watches(lldb::SBTarget target);

}  // namespace weft::source
