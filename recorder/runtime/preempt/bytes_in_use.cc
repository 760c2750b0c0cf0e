#include "recorder/runtime/preempt/bytes_in_use.h"

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/code/relocate.h"

namespace weft::runtime {

bool BytesInUse::collect(const Thread* self) {
  static OutputList outputs;
  bool complete = true;
  count_ = 1;
  ranges_[0] = {self->registers.rip, self->registers.rip + kJumpBytes};
  for_each_thread([&](Thread* thread) {
    if (thread == self || !thread->in_kernel) return;
    Call call;
    read_call(thread, &call);
    outputs.clear();
    collect_possible_outputs(call, &outputs);
    for (const Output& output : outputs) {
      if (count_ == kMost) {
        complete = false;
      } else {
        const uint64_t end = output.address + output.bytes;  // a program may name any length
        ranges_[count_++] = {output.address, end < output.address ? UINT64_MAX : end};
      }
    }
  });
  sort();
  return complete;
}

/// Insertion: threads come in the order of their slots, and so mostly of their stacks.
void BytesInUse::sort() {
  for (int i = 1; i < count_; ++i) {
    const trace::ByteRange range = ranges_[i];
    int at = i;
    for (; at > 0 && ranges_[at - 1].begin > range.begin; --at) ranges_[at] = ranges_[at - 1];
    ranges_[at] = range;
  }
  int kept = 0;
  for (int i = 0; i < count_; ++i) {
    if (kept != 0 && ranges_[i].begin <= ranges_[kept - 1].end) {
      if (ranges_[i].end > ranges_[kept - 1].end) ranges_[kept - 1].end = ranges_[i].end;
    } else {
      ranges_[kept++] = ranges_[i];
    }
  }
  count_ = kept;
}

bool BytesInUse::touch(uint64_t begin, uint64_t end) const {
  int low = 0, high = count_;  // the first one that ends after `begin`
  while (low < high) {
    const int middle = (low + high) / 2;
    if (ranges_[middle].end <= begin) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < count_ && ranges_[low].begin < end;
}

}  // namespace weft::runtime
