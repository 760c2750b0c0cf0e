/// Which pages of its memory may the program have written?
///
/// The kernel tracks it, since the last preemption of any thread: userfaultfd write protection in
/// asynchronous mode (Linux 6.7). The first write to a page takes some 1 us longer, without a
/// signal or a message, and PAGEMAP_SCAN lists these pages and protects them again. It needs no
/// privileges. Whatever the program maps, moves or makes anew has no protection, and counts as
/// written; so does everything at the first preemption.
///
/// Where there is none of that (an older kernel, a container that refuses it), every page that
/// exists counts as written: /proc/self/pagemap knows them.
#pragma once

#include "recorder/runtime/ground/writable_map.h"
#include "recorder/runtime/preempt/page_runs.h"

namespace weft::runtime {

/// So much longer takes the first write to a page that is tracked: 1.3 us on a quiet machine, up to
/// 6 us in a busy virtual one.
inline constexpr uint64_t kTrackingNs = 4000;

/// One list of such pages.
class WrittenPages {
 public:
  /// Begins where the last list ended, if that one was kept; else with all that exist.
  WrittenPages();
  WrittenPages(const WrittenPages&) = delete;
  WrittenPages& operator=(const WrittenPages&) = delete;
  ~WrittenPages();

  /// Adds the pages of `range`, and notes writes to it from now on. False if that is not known.
  bool add(const WritableMap::Range& range, PageRuns* runs);
  /// The last list is in the trace: what it holds need not be in the next one.
  static void keep();
  /// True if the next list will hold only what has been written since the last one.
  static bool are_tracked();
  /// In a forked child with descriptors of its own: the one for tracking is not the child's.
  static void leave();

 private:
  long page_map_;  // /proc/self/pagemap, or -errno
  bool all_;
};

}  // namespace weft::runtime
