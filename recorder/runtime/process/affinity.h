/// Which processors the program may run on. The runtime changes that (turns/gathering.h); what the
/// program asks and sets is its own.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

/// sched_setaffinity, sched_getaffinity.
long on_affinity(Call& call);

}  // namespace weft::runtime
