/// Processes: children, which run natively beside the recording, and the end.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

long on_clone(Call& call);  ///< clone: a thread or a process
long on_fork(Call& call);   ///< fork and vfork
long on_exit_group(Call& call);
long on_arch_prctl(Call& call);
long on_prctl(Call& call);

/// Record: a child has run beside the program in the same memory, and uses the kernel's futexes.
bool child_shares_memory();

/// Record: a child runs in the program's memory now, also vfork's: it may stand anywhere in the
/// text.
bool child_may_be_in_text();

/// True in a forked child, which is not recorded.
inline bool is_native(const Thread* thread) {
  return thread->entry == address_of(&weft_entry_native);
}

}  // namespace weft::runtime
