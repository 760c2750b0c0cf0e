#include "recorder/runtime/calls/call.h"

#include <sys/mman.h>

#include "recorder/runtime/calls/after_call.h"
#include "recorder/runtime/calls/asking.h"
#include "recorder/runtime/calls/descriptors.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/log_turns.h"

namespace weft::runtime {

using trace::EventKind;

namespace {

/// Site, times and arguments: the part of the payload before the effects.
uint8_t put_call(EventWriter* event, const Call& call) {
  event->put(call.site);
  uint8_t flags = static_cast<uint8_t>(call.arity << trace::kArgCountShift);
  if (call.entry_time != 0) {
    event->put(call.entry_time);
    flags |= trace::kHasEntryTime;
  }
  for (uint8_t i = 0; i < call.arity; ++i) event->put(call.args[i]);
  return flags;
}

uint64_t bytes_in_event(const OutputList& outputs) {
  uint64_t bytes = 0;
  for (const Output& output : outputs) bytes += output.bytes + 24;
  return bytes;
}

void put_output(EventWriter* event, const Output& output) {
  event->put_effect(output.kind, output.arg, output.address, static_cast<uint32_t>(output.bytes),
                    output.source);
}

/// The outputs, and what has changed in memory that others write to.
const OutputList* with_shared(const Call& call, const OutputList* outputs, uint8_t* flags) {
  static OutputList all;  // used under the baton
  all.clear();
  if (outputs != nullptr) {
    for (const Output& output : *outputs) all.add(output);
  }
  if (collect_shared(call, &all)) *flags |= trace::kSharedSettled;
  return &all;
}

/// The flags of a write to the stdout or stderr that the program was started with.
uint8_t standard_output(const Call& call) {
  if (call.number != __NR_write && call.number != __NR_writev) return 0;
  const uint64_t fd = call.args[0];
  const FileIdentity file = file_behind(fd);
  const uint64_t said = fd == 2 ? 2 : 1, other = 3 - said;
  const auto goes_to = [&](uint64_t stream) {
    return same_file(file, g_state.standard_files[stream]) &&
           (fd == stream || g_state.standard_streams[stream] != Stream::kNone);
  };
  if (goes_to(said)) return trace::kStandardOutput;
  return goes_to(other) ? trace::kStandardOutput | trace::kOtherStream : 0;
}

}  // namespace

void OutputList::grow() {
  const uint64_t capacity = 8 * (more_ == nullptr ? kOwn : capacity_);
  const long memory = raw(__NR_mmap, 0, layout::page_up(capacity * sizeof(Output)),
                          PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (is_error(memory)) fail("out of memory for what a call wrote", memory);
  auto* larger = pointer_to<Output>(static_cast<uint64_t>(memory));
  __builtin_memcpy(larger, begin(), count_ * sizeof(Output));
  if (more_ != nullptr)
    raw(__NR_munmap, address_of(more_), layout::page_up(capacity_ * sizeof(Output)));
  more_ = larger;
  capacity_ = capacity;
}

long enter_kernel(Call& call, const uint64_t (&args)[6]) {
  if (call.block == syscall::Block::kNever) {
    return weft_raw_program(call.number, args[0], args[1], args[2], args[3], args[4], args[5]);
  }
  if (call.block == syscall::Block::kLikely) call.entry_time = ticks();
  if (live_threads() == 1) return weft_raw_interruptible(call.number, args);
  const long result = call_among_others(call.thread, call.number, call.block, args);
  if (threads_in_children() != 0) bury_children(call.thread);
  return result;
}

long enter_kernel(Call& call) {
  return enter_kernel(call, call.args);
}

void log_call(const Call& call, long result, const OutputList* outputs) {
  if (!is_error(result)) log_file_changes(call, result);
  uint8_t flags = 0;
  if (shared_is_watched()) [[unlikely]]
    outputs = with_shared(call, outputs, &flags);
  bool any = false;
  const uint32_t check_sum = input_check(call, result, &any);
  const bool separate = outputs != nullptr && bytes_in_event(*outputs) > trace::kMaxDataBytes;
  if (separate) {
    for (const Output& output : *outputs) {
      if (output.kind == trace::EffectKind::kWritten) {
        write_data_events(call.thread, output.address, output.bytes, output.source);
      }
    }
  }
  EventWriter event(EventKind::kSyscall, call.thread);
  flags |= put_call(&event, call);
  if (any) flags |= trace::kHasCheck;
  flags |= standard_output(call);
  if (outputs != nullptr) {
    for (const Output& output : *outputs) {
      if (!separate || output.kind == trace::EffectKind::kSent) put_output(&event, output);
    }
  }
  event.set_call(call.number, flags, check_sum);
  event.commit(result);
}

long agree(const Call& call, long result) {
  if (recording()) {
    log_call(call, result, nullptr);
    return result;
  }
  const long recorded = replay_call(call);
  if (recorded != result) report_divergence(call, "weft computed another result than it recorded");
  return result;
}

long record_with(Call& call, const uint64_t (&args)[6]) {
  const long result = enter_kernel(call, args);
  if (result == -kERestart) return kRestart;
  static OutputList outputs;  // used under the baton
  outputs.clear();
  collect_outputs(call, result, &outputs);
  collect_sent(call, result, &outputs);
  log_call(call, result, &outputs);
  return result;
}

long perform(Call& call) {
  if (!recording()) return replay_call(call);
  syscall::for_each_bit(call.plan->lengths, [&call](uint8_t i) {
    if (call.args[i] != 0) weft_copy_guarded(&call.capacity, pointer_to<void>(call.args[i]), 4);
  });
  return record_with(call, call.args);
}

}  // namespace weft::runtime
