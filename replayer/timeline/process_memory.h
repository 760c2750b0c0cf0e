/// What a process takes up in memory.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace weft::timeline {

/// Bytes of anonymous memory; a page that n processes share counts 1/n. From Pss_Anon in
/// /proc/PID/smaps_rollup; the log and the runtime, which are files, are not in it. 0 if the
/// process is gone. Takes the kernel some 5 ms a GiB.
uint64_t anonymous_bytes(pid_t pid);

}  // namespace weft::timeline
