#include "replayer/runtime/recorded_call.h"

#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/calls/kernel_clock.h"
#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/mapped/shared_watch.h"
#include "recorder/runtime/memory/apply_map.h"
#include "recorder/runtime/preempt/moment.h"
#include "recorder/runtime/turns/log_turns.h"
#include "weft/trace/event.h"

namespace weft::runtime {

using trace::EventHeader;
using trace::EventKind;

namespace {

uint64_t g_last_time;  // of the last call taken from the log
const EventHeader* g_last_event;

EventKind kind_of(const EventHeader* event) {
  return static_cast<EventKind>(event->kind);
}

void apply_effects(const Call& call, const EventHeader* event, const uint8_t* at) {
  const uint8_t* end = payload_of(event) + event->size;
  while (at < end) {
    trace::EffectHeader effect;
    __builtin_memcpy(&effect, at, sizeof effect);
    at += sizeof effect;
    uint64_t address;
    if (effect.arg == trace::kAbsolute) {
      address = *reinterpret_cast<const uint64_t*>(at);
      at += 8;
    } else {
      address = call.args[effect.arg];
    }
    if (static_cast<trace::EffectKind>(effect.kind) == trace::EffectKind::kWritten) {
      apply_written(address, at, effect.size);
      if (shared_is_watched()) note_shared(address, at, effect.size);
    }
    at += (uint64_t{effect.size} + 7) & ~uint64_t{7};
  }
  if ((event->flags & trace::kSharedSettled) != 0) settle_shared(apply_written);
}

/// The thread came past the moment at which it was preempted.
[[noreturn]] void report_missed_preemption(const Call& call) {
  const NearMisses& misses = near_misses();
  if (misses.passes != 0) {
    replay_channel()->divergence.memory = {misses.page->address(), misses.page->count(), 0, 0,
                                           misses.passes};
  }
  report_divergence(call, "a system call instead of a preemption");
}

/// nullptr if the call is the recorded one, else what differs.
const char* difference(const Call& call, const EventHeader* event, const uint64_t* recorded_args,
                       uint64_t recorded_site) {
  if (event->call != call.number) return "another system call";
  if ((event->flags >> trace::kArgCountShift & 7) != call.arity)
    return "another number of arguments";
  if (recorded_site != call.site) return "the same system call, from another place";
  for (int i = 0; i < call.arity; ++i) {
    if (recorded_args[i] != call.args[i]) return "another argument";
  }
  return nullptr;
}

void write_all(uint64_t fd, uint64_t address, uint64_t bytes) {
  while (bytes > 0) {
    const long written = raw(__NR_write, fd, address, bytes);
    if (written <= 0 && written != -kEINTR && written != -kEAGAIN) return;
    if (written <= 0) continue;
    address += static_cast<uint64_t>(written);
    bytes -= static_cast<uint64_t>(written);
  }
}

/// Makes what the program wrote to its stdout and stderr appear on ours.
void show_output(const Call& call, const EventHeader& event) {
  const bool other = (event.flags & trace::kOtherStream) != 0;
  const uint64_t fd = (call.args[0] == 2) != other ? 2 : 1;
  const int64_t result = event.result;
  if (result <= 0) return;
  uint64_t rest = static_cast<uint64_t>(result);
  if (call.number == __NR_write) {
    write_all(fd, call.args[1], rest);
  } else if (call.number == __NR_writev) {
    const auto* vector = pointer_to<const uint64_t>(call.args[1]);
    for (uint64_t i = 0; i < call.args[2] && rest > 0; ++i) {
      const uint64_t bytes = vector[2 * i + 1] < rest ? vector[2 * i + 1] : rest;
      write_all(fd, vector[2 * i], bytes);
      rest -= bytes;
    }
  }
}

}  // namespace

uint64_t replayed_time() {
  return g_last_time;
}

const EventHeader* replayed_event() {
  return g_last_event;
}

long replay_call(const Call& call) {
  const EventHeader* event = ready_call(call.thread);
  if (event == nullptr) event = await_turn(call.thread);
  if (kind_of(event) == EventKind::kPreempt) report_missed_preemption(call);
  if (kind_of(event) != EventKind::kSyscall)
    report_divergence(call, "a system call that is not recorded");
  const uint8_t* at = payload_of(event);
  const uint64_t site = *reinterpret_cast<const uint64_t*>(at);
  at += (event->flags & trace::kHasEntryTime) != 0 ? 16 : 8;
  const auto* args = reinterpret_cast<const uint64_t*>(at);
  if (const char* what = difference(call, event, args, site)) [[unlikely]]
    report_divergence(call, what);
  finish_maps();
  apply_effects(call, event, at + 8 * call.arity);
  bool any = false;
  const uint32_t check_sum = input_check(call, event->result, &any);
  if (check_sum != event->check) {
    replay_channel()->divergence.actual_check = check_sum;
    report_divergence(call, "the same system call with other data");
  }
  g_last_time = event->time;
  g_last_event = event;
  consume_event();
  if (replay_channel()->show_output != 0 && (event->flags & trace::kStandardOutput) != 0) {
    show_output(call, *event);
  }
  return event->result;
}

bool replay_clock_read(Thread* thread) {
  trace::Registers& registers = thread->registers;
  const EventHeader* event = ready_call(thread);
  if (event == nullptr || !is_clock_read(event->call) || event->size != sizeof(ClockReadPayload) ||
      event->check != 0 || (event->flags & trace::kSharedSettled) != 0) {
    return false;
  }
  const auto& recorded = *reinterpret_cast<const ClockReadPayload*>(payload_of(event));
  const uint64_t site = original_ip(registers.rip);
  if (recorded.effect.size != sizeof recorded.time || recorded.effect.arg > 1 ||
      registers.rax != event->call || site != recorded.site ||
      registers.rdi != recorded.arguments[0] || registers.rsi != recorded.arguments[1]) {
    return false;
  }
  write_program(recorded.arguments[recorded.effect.arg], &recorded.time, sizeof recorded.time);
  registers.rax = static_cast<uint64_t>(event->result);
  registers.rcx = site;
  g_last_time = event->time;
  consume_event();
  return true;
}

}  // namespace weft::runtime
