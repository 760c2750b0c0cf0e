/// Program memory that calls of other threads may be writing at this moment.
///
/// While recording, the kernel fills their buffers at any time. In replay that comes with the
/// call's event, which is later than a preemption of the thread that runs meanwhile. So these bytes
/// are no part of the state that the preemption is recognised by. A program whose running thread
/// reads them races with the kernel; its own memory has no value there that could be recorded.
///
/// The same goes for the instruction at which the thread is preempted: replay has its breakpoint
/// there, and the code may lie in memory that the program writes to (generated code). If the program
/// changes it, the breakpoint is gone.
#pragma once

#include "recorder/runtime/ground/thread.h"
#include "weft/trace/preempt_state.h"

namespace weft::runtime {

class BytesInUse {
 public:
  /// Those of all threads but `self`, which stands at its registers. False if there are too many.
  bool collect(const Thread* self);
  bool touch(uint64_t begin, uint64_t end) const;

  /// Ascending and disjoint.
  const trace::ByteRange* begin() const { return ranges_; }
  const trace::ByteRange* end() const { return ranges_ + count_; }

 private:
  void sort();

  static constexpr int kMost = 8192;
  int count_ = 0;
  trace::ByteRange ranges_[kMost];
};

}  // namespace weft::runtime
