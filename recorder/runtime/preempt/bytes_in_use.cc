#include "recorder/runtime/preempt/bytes_in_use.h"

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/calls/messages.h"
#include "recorder/runtime/code/relocate.h"
#include "recorder/runtime/ground/program_memory.h"
#include "weft/syscall/extent.h"

namespace weft::runtime {

namespace {

constexpr uint16_t kListMount = 458;  // not in the headers of older systems

/// The result is not known yet. It matters for outputs of so many elements: there is room for a
/// number that an argument tells. All others end with their buffers, whatever the result is.
long largest_result(const Call& call) {
  switch (call.number) {
    case __NR_epoll_wait:
    case __NR_epoll_pwait:
    case __NR_epoll_pwait2:
    case __NR_recvmmsg:
    case kListMount:
      return static_cast<uint32_t>(call.args[2]);
    default:
      return syscall::kMaxExtent;
  }
}

/// How much of a message has come is known only afterwards: all of its buffers.
void add_messages(const Call& call, OutputList* outputs) {
  using Received = MultiMessageHeader;
  for (uint64_t i = 0; i < static_cast<uint32_t>(call.args[2]) && i < 1024; ++i) {
    Received message;
    if (!read_program(call.args[1] + i * sizeof message, &message)) return;
    collect_iov(message.header.iov, message.header.iov_count, syscall::kMaxExtent, outputs);
  }
}

}  // namespace

bool BytesInUse::collect(const Thread* self) {
  static OutputList outputs;
  bool complete = true;
  count_ = 1;
  ranges_[0] = {self->registers.rip, self->registers.rip + kJumpBytes};
  for_each_thread([&](Thread* thread) {
    if (thread == self || !thread->in_kernel) return;
    Call call;
    read_call(thread, &call);
    call.capacity = UINT32_MAX;
    outputs.clear();
    collect_outputs(call, largest_result(call), &outputs);
    if (call.number == __NR_recvmmsg) add_messages(call, &outputs);
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
