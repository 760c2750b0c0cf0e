/// Breakpoints at places that LLDB's own command does not take as they are meant.
#pragma once

#include <lldb/API/LLDB.h>

#include <cstdint>
#include <string>

namespace weft::source {

/// In the bodies of the coroutines of that name; what is to be said of them.
std::string break_in_bodies(lldb::SBTarget target, const std::string& function);

/// At a line of a file: of that path; if the program has none of that path, of that name.
void break_at_line(lldb::SBTarget target, const std::string& path, uint32_t line);

}  // namespace weft::source
