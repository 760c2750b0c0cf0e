/// Paths by which a program finds itself. The kernel believes that the process runs weft-runtime,
/// so /proc/self/exe and its other names must be answered by weft.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

/// The program's real path if `path` names this process's executable, else nullptr.
const char* real_self_path(const char* path);

/// readlink and readlinkat, which must not follow.
long on_readlink(Call& call);
/// Calls with a path argument: generic, with the path exchanged where it names the executable. To
/// write to that is refused with ETXTBSY, as the kernel does for what a process executes.
long on_path_call(Call& call);

}  // namespace weft::runtime
