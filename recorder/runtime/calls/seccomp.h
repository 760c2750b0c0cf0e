/// Seccomp filters that the program installs.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

long on_seccomp(Call& call);
/// prctl(PR_SET_SECCOMP, ...): the same by its older name.
long on_prctl_seccomp(Call& call);

/// Record: weft makes processes, and replaces the program, by calls of its own, which the program's
/// filter lets pass. What the filter says of the program's call is asked here, by one that the
/// kernel itself refuses. True if the filter has answered: `result` is what the program gets. For
/// threads as the C library makes them the flags are the program's own, as there are filters that
/// compare all of them; the kernel's own answer is then one that a filter may give too (EPERM).
bool filter_answers(const Call& call, long* result);

}  // namespace weft::runtime
