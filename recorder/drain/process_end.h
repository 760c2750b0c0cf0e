/// How a process ended that is nobody's child here.
#pragma once

#include <sys/types.h>

#include <optional>

namespace weft::drain {

/// The status that its parent gets, or got, from wait; none if the kernel does not say. `pidfd` is of
/// the process `pid`, which has ended: it is asked for (Linux 6.15), and /proc as long as nobody has
/// waited for the process.
std::optional<int> wait_status_of(int pidfd, pid_t pid);

}  // namespace weft::drain
