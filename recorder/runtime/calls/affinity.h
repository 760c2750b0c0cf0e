/// Which processors the program may run on. The runtime changes that (turns/gathering.h); what the
/// program asks and sets is its own.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

/// sched_setaffinity, sched_getaffinity.
long on_affinity(Call& call);

/// Record: the program is about to open `path`, which begins with "/proc/". A `status` file tells
/// the processors of a thread.
void show_own_processors(const char* path);

}  // namespace weft::runtime
