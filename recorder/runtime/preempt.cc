#include "recorder/runtime/preempt.h"

#include "recorder/runtime/baton.h"
#include "recorder/runtime/event_writer.h"
#include "recorder/runtime/report.h"
#include "recorder/runtime/signals.h"
#include "recorder/runtime/state.h"
#include "replayer/runtime/log_reader.h"
#include "replayer/runtime/replay.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kTrapFlag = 0x100;
constexpr uint64_t kComparedFlags = 0xcd5;  // CF PF AF ZF SF DF OF

struct Breakpoint {
  bool armed;
  bool stepping;  // over it, one instruction
  uint64_t address;
  uint8_t original;
};
Breakpoint g_breakpoint;

uint64_t stack_hash(uint64_t sp) {
  return static_cast<uint64_t>(weft_crc_guarded(0, pointer_to<void>(sp), trace::kPreemptStackBytes));
}

void put_byte(uint8_t value) { write_program(g_breakpoint.address, &value, 1); }

void insert() {
  weft_copy_guarded(&g_breakpoint.original, pointer_to<void>(g_breakpoint.address), 1);
  put_byte(0xcc);
}

const trace::PreemptRecord* expected(const Thread* thread) {
  const trace::EventHeader* event = glance_at_event();
  if (event == nullptr || event->thread != thread->id ||
      event->kind != static_cast<uint8_t>(trace::EventKind::kPreempt)) {
    return nullptr;
  }
  return reinterpret_cast<const trace::PreemptRecord*>(payload_of(event));
}

bool same_moment(const SignalContext& now, const trace::PreemptRecord& then) {
  const trace::Registers& r = then.registers;
  return now.rax == r.rax && now.rbx == r.rbx && now.rcx == r.rcx && now.rdx == r.rdx && now.rsi == r.rsi &&
         now.rdi == r.rdi && now.rbp == r.rbp && now.rsp == r.rsp && now.r8 == r.r8 && now.r9 == r.r9 &&
         now.r10 == r.r10 && now.r11 == r.r11 && now.r12 == r.r12 && now.r13 == r.r13 && now.r14 == r.r14 &&
         now.r15 == r.r15 && (now.flags & kComparedFlags) == (r.rflags & kComparedFlags) &&
         stack_hash(now.rsp) == then.stack_hash;
}

void replay_preemption(Thread* thread) {
  const trace::EventHeader* event = await_turn(thread);
  check(event->kind == static_cast<uint8_t>(trace::EventKind::kPreempt), "preempted out of turn");
  consume_event();
  event = await_turn(thread);
  if (event->kind != static_cast<uint8_t>(trace::EventKind::kResume)) {
    report_divergence(thread, "a preempted thread did something else");
  }
  consume_event();
  deliver_recorded(thread, false);
  expect_preemption(thread);
}

}  // namespace

extern "C" void weft_on_preempt(Thread* thread) {
  if (!recording()) return replay_preemption(thread);
  if (thread->pending.load() == 0 && !baton_wanted()) return;
  {
    EventWriter event(trace::EventKind::kPreempt, thread);
    event.put_bytes(&thread->registers, sizeof thread->registers);
    event.put(stack_hash(thread->registers.rsp));
    event.commit(0);
  }
  if (baton_wanted()) {
    baton_release(thread);
    baton_acquire(thread);
  }
  EventWriter(trace::EventKind::kResume, thread).commit(0);
  deliver_pending(thread, false);
}

void expect_preemption(Thread* thread) {
  const trace::PreemptRecord* record = expected(thread);
  if (record == nullptr) return;
  check(!g_breakpoint.armed, "two preemptions expected at once");
  g_breakpoint = {true, false, record->registers.rip, 0};
  insert();
}

bool on_replay_trap(SignalContext* context, Thread* thread) {
  if (!g_breakpoint.armed) return false;
  if (g_breakpoint.stepping) {
    end_step(context);
    return true;
  }
  if (context->rip != g_breakpoint.address + 1) return false;
  context->rip = g_breakpoint.address;
  put_byte(g_breakpoint.original);
  const trace::PreemptRecord* record = expected(thread);
  if (record == nullptr || !same_moment(*context, *record)) {
    g_breakpoint.stepping = true;
    context->flags |= kTrapFlag;
    return true;
  }
  g_breakpoint.armed = false;
  enter_preemption(context, thread);
  return true;
}

void end_step(SignalContext* context) {
  if (!g_breakpoint.stepping) return;
  g_breakpoint.stepping = false;
  context->flags &= ~kTrapFlag;
  insert();
}

}  // namespace weft::runtime
