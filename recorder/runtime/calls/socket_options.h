/// Calls on sockets that the table's words cannot describe.
///
/// Rings that the kernel writes into (packets, AF_XDP) are refused, as by a kernel that is built
/// without them: programs then use read calls. A call that replaces one of netfilter's tables
/// writes counters through a pointer; the old call that lists bridges writes their numbers.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

long on_setsockopt(Call& call);
long on_ioctl(Call& call);

}  // namespace weft::runtime
