/// Which pages of its memory may the program have written?
///
/// The kernel tracks it, since the last preemption of any thread: userfaultfd write protection in
/// asynchronous mode (Linux 6.7). The first write to a page takes some 1 us longer, nobody is told,
/// and PAGEMAP_SCAN lists these pages and protects them again. It needs no privileges. Whatever the
/// program maps, moves or makes anew has no protection, and counts as written; so does everything
/// at the first preemption.
///
/// Where there is none of that (an older kernel, a container that refuses it), every page that
/// exists counts as written: /proc/self/pagemap knows them.
#pragma once

#include "recorder/runtime/ground/writable_map.h"
#include "recorder/runtime/preempt/page_runs.h"

namespace weft::runtime {

/// Adds the pages of `range` that may have been written since the last settle_written(). `track`:
/// from now on, note writes to it.
bool add_written(const WritableMap::Range& range, bool track, PageRuns* runs);
/// Whoever wanted the pages has written them down. If that does not happen, the next one gets all
/// that exist.
void settle_written();
/// To be called before the first range.
void begin_written();

}  // namespace weft::runtime
