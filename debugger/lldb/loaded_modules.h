/// Where LLDB believes the program's files to lie.
#pragma once

#include <lldb/API/LLDB.h>

#include <vector>

#include "debugger/shell/source/source_debugger.h"

namespace weft::source {

/// These files lie where they say, and no others anywhere.
void place_modules(lldb::SBTarget target, const std::vector<shell::LoadedModule>& modules);

}  // namespace weft::source
