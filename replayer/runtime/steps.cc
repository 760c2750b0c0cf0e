#include "replayer/runtime/steps.h"

#include "recorder/runtime/code/interpreter.h"
#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/hooks/hooks.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/log_turns.h"
#include "replayer/runtime/stop.h"
#include "weft/channel/step_digest.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kTrapFlag = 0x100;
constexpr uint64_t kSingleStep = 1;  // #DB, in SignalContext::trap_number

struct Steps {
  bool active;
  Thread* thread;     // that makes them, or has made them in this segment
  uint64_t position;  // event_position() in this segment
  uint64_t count;
  uint64_t target;
  bool entered;                  // the program, in this segment
  bool leaving;                  // in weft_leave, or in the stub after a call
  bool end_is_due;               // expect_end's timer came while steps were made
  bool skip_preempt;             // the thread stands where it was found not to be preempted
  channel::StepRecord* records;  // nullptr: none wanted
  const trace::PreemptRecord* preempt;
  uint64_t preempt_passes;  // the pass of its place at which it is; 0: registers and memory tell
  uint64_t passes;          // of that place, in this segment
  uint64_t passed_at;       // `count` + 1 at the last of them
};
Steps g_steps;

bool in_weft(uint64_t ip) {
  return (ip >= address_of(__executable_start) && ip < address_of(_end)) || in_stub(ip) ||
         in_hook_stub(ip);
}

channel::StepRecord* wanted_records() {
  static channel::StepRecord* mapped;
  if (replay_channel()->trace_steps.load(std::memory_order_relaxed) == 0) return nullptr;
  if (mapped == nullptr) mapped = map_steps();
  return mapped;
}

/// An instruction may be looked at several times, and is passed once.
bool is_last_pass(bool at_place) {
  if (!at_place) return false;
  if (g_steps.passed_at != g_steps.count + 1) ++g_steps.passes;
  g_steps.passed_at = g_steps.count + 1;
  return g_steps.passes == g_steps.preempt_passes;
}

/// Those that differ most likely: the runtime compares all.
bool may_be_preemption(const trace::Registers& now) {
  if (g_steps.preempt == nullptr || g_steps.skip_preempt) return false;
  const trace::Registers& then = g_steps.preempt->registers;
  if (g_steps.preempt_passes != 0) return is_last_pass(now.rip == then.rip);
  return now.rip == then.rip && now.rsp == then.rsp && now.rax == then.rax && now.rcx == then.rcx &&
         now.rdx == then.rdx;
}

/// pushf and popf without the trap flag. False if it is none, or would fault.
bool step_flags(trace::Registers* registers) {
  constexpr uint8_t kPush = 0x9c, kPop = 0x9d;
  constexpr uint64_t kPushed = 0xfcffff & ~kTrapFlag;  // without RF and VM
  constexpr uint64_t kPopped = 0x244cd5;               // what popf may change, without TF
  uint8_t code = 0;
  if (weft_copy_guarded(&code, pointer_to<void>(registers->rip), 1) != 0) return false;
  if (code == kPush) {
    const uint64_t flags = registers->rflags & kPushed;
    if (weft_copy_guarded(pointer_to<void>(registers->rsp - 8), &flags, 8) != 0) return false;
    registers->rsp -= 8;
  } else if (code == kPop) {
    uint64_t flags = 0;
    if (weft_copy_guarded(&flags, pointer_to<void>(registers->rsp), 8) != 0) return false;
    registers->rflags = (registers->rflags & ~kPopped) | (flags & kPopped);
    registers->rsp += 8;
  } else {
    return false;
  }
  ++registers->rip;
  return true;
}

/// One instruction without the CPU's trap. Never the one that leaves the program.
bool step_by_hand(trace::Registers* registers) {
  trace::Registers after = *registers;
  if (!step_flags(&after) && !interpret(&after)) return false;
  if (in_weft(after.rip)) return false;  // what it has stored, the CPU stores again
  *registers = after;
  return true;
}

uint64_t digest_of(const trace::Registers& registers) {
  return channel::step_digest(registers, [](uint64_t from, void* to, size_t bytes) {
    weft_copy_guarded(to, pointer_to<void>(from), bytes);
  });
}

/// The thread stands before an instruction of the program: where it goes instead of making it, or
/// nullptr.
using Entry = void (*)();
Entry entry_here(const trace::Registers& registers) {
  if (g_steps.records != nullptr) {
    g_steps.records[g_steps.count % channel::kStepRecords] = {registers.rip, registers.rsp,
                                                              digest_of(registers)};
  }
  if (g_steps.count == g_steps.target) return &weft_entry_step;
  if (g_steps.end_is_due) return &weft_entry_end;
  // The replayer has lost its patience.
  if (replay_channel()->stop_before.load(std::memory_order_relaxed) == 0) return &weft_entry_step;
  // At last: it may count the pass that the thread is about to make.
  return may_be_preemption(registers) ? &weft_entry_preempt : nullptr;
}

/// Goes on by hand as far as that goes, then with the CPU.
void at_instruction(SignalContext* context, Thread* thread) {
  trace::Registers registers;
  registers_from(*context, &registers);
  registers.rflags &= ~kTrapFlag;
  registers.fs_base = fs_base();
  Entry entry;
  while ((entry = entry_here(registers)) == nullptr) {
    g_steps.skip_preempt = false;
    if (!step_by_hand(&registers)) break;
    ++g_steps.count;
  }
  registers_to(registers, context);
  if (entry != nullptr) {
    enter_runtime(context, thread, entry);
  } else {
    context->flags |= kTrapFlag;
  }
}

}  // namespace

void start_steps(Thread* thread) {
  if (g_steps.thread != thread || g_steps.position != event_position()) {
    // What expect_preemption_in_steps said is about this segment.
    const bool same = g_steps.position == event_position();
    const trace::PreemptRecord* preempt = same ? g_steps.preempt : nullptr;
    const uint64_t passes = same ? g_steps.preempt_passes : 0;
    g_steps = {};
    g_steps.thread = thread;
    g_steps.position = event_position();
    g_steps.preempt = preempt;
    g_steps.preempt_passes = passes;
  }
  g_steps.active = true;
  g_steps.target = replay_channel()->step_count.load(std::memory_order_relaxed);
  g_steps.records = wanted_records();
  g_steps.leaving = true;
  thread->registers.rflags |= kTrapFlag;
}

bool on_step_trap(SignalContext* context, Thread* thread) {
  if (!makes_steps(thread) || context->trap_number != kSingleStep) return false;
  const bool inside = in_weft(context->rip);
  if (g_steps.leaving && inside) return true;
  if (inside) {  // the way into the runtime
    end_steps_here(context);
    return true;
  }
  if (!g_steps.leaving) ++g_steps.count;
  g_steps.leaving = false;
  g_steps.entered = true;
  at_instruction(context, thread);
  return true;
}

void on_emulated_step(SignalContext* context, Thread* thread) {
  if (!makes_steps(thread) || g_steps.leaving) return;
  ++g_steps.count;
  at_instruction(context, thread);
}

void end_is_due(const Thread* thread) {
  if (makes_steps(thread)) g_steps.end_is_due = true;
}

void end_steps_here(SignalContext* context) {
  if (!g_steps.active) return;
  finish_steps();
  context->flags &= ~kTrapFlag;
}

void expect_preemption_in_steps(const trace::PreemptRecord* record, uint64_t passes) {
  if (g_steps.position != event_position()) {
    g_steps = {};
    g_steps.position = event_position();
  }
  g_steps.preempt = record;
  g_steps.preempt_passes = passes;
}

uint64_t passes_in_steps() {
  return g_steps.position == event_position() ? g_steps.passes : 0;
}

bool makes_steps(const Thread* thread) {
  return g_steps.active && g_steps.thread == thread;
}

void skip_preemption(Thread* thread) {
  g_steps.skip_preempt = true;
  start_steps(thread);
}

void finish_steps() {
  g_steps.active = false;
}

bool segment_was_stepped() {
  return g_steps.entered && g_steps.position == event_position();
}

uint64_t steps_made() {
  return g_steps.count;
}

/// A step has come to the target. All registers are in Thread::registers.
extern "C" void weft_on_step(Thread* thread) {
  report_state(channel::ReplayState::kParked, StopPlace::kProgram);
  if (!steps_are_due()) finish_steps();
  go_on(thread);
}

}  // namespace weft::runtime
