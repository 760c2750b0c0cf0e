/// Processes: children, and the end.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

long on_clone(Call& call);  ///< clone: a thread or a process
long on_fork(Call& call);   ///< fork and vfork
long on_exit_group(Call& call);
long on_arch_prctl(Call& call);
long on_prctl(Call& call);
long on_modify_ldt(Call& call);

}  // namespace weft::runtime
