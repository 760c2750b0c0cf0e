/// Threads of the program: how they begin and end.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

/// clone with CLONE_THREAD.
long create_thread(Call& call);
long on_exit(Call& call);
long on_set_tid_address(Call& call);
long on_set_robust_list(Call& call);

}  // namespace weft::runtime
