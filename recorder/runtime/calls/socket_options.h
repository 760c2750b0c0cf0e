/// Calls on sockets where the table's words do not do.
///
/// Rings that the kernel writes into (packets, AF_XDP) are refused as by a kernel that is built
/// without them: programs read on. Replacing a table of netfilter's fills in counters after a
/// pointer, asking for bridges in the old way their numbers.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

long on_setsockopt(Call& call);
long on_ioctl(Call& call);

}  // namespace weft::runtime
