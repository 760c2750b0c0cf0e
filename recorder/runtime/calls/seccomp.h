/// Seccomp filters that the program installs.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

long on_seccomp(Call& call);
/// prctl(PR_SET_SECCOMP, ...): the same by its older name.
long on_prctl_seccomp(Call& call);

}  // namespace weft::runtime
