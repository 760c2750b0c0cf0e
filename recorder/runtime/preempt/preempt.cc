#include "recorder/runtime/preempt/preempt.h"

#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/preempt/data_snapshot.h"
#include "recorder/runtime/preempt/moment.h"
#include "recorder/runtime/preempt/stepping.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/baton.h"
#include "replayer/runtime/breakpoint.h"
#include "replayer/runtime/replay.h"
#include "replayer/runtime/steps.h"

namespace weft::runtime {

namespace {

constexpr int kSigIll = 4, kSigTrap = 5;

bool is_preempt(const trace::EventHeader* event) {
  return event->kind == static_cast<uint8_t>(trace::EventKind::kPreempt);
}

bool somebody_wants(const Thread* thread) {
  return thread->pending.load() != 0 || baton_wanted();
}

void record_preemption(Thread* thread) {
  if (!somebody_wants(thread)) return;
  {
    EventWriter event(trace::EventKind::kPreempt, thread);
    write_moment(thread, &event);
    event.commit(0);
  }
  if (baton_wanted()) {
    thread->preempted = true;
    baton_release(thread);
    baton_acquire(thread);
    thread->preempted = false;
  }
  EventWriter(trace::EventKind::kResume, thread).commit(0);
  deliver_pending(thread, false);
}

/// A breakpoint was hit; the registers are those of the hit.
void replay_preemption(Thread* thread) {
  const trace::EventHeader* event = glance_at_event();
  check(event != nullptr && event->thread == thread->id && is_preempt(event),
        "preempted out of turn");
  const bool by_step = makes_steps(thread);
  if (!is_moment(thread, event)) {
    return by_step ? skip_preemption(thread) : step_over_breakpoint(thread);
  }
  by_step ? finish_steps() : disarm_breakpoint();
  await_turn(thread);
  consume_event();
  event = await_turn(thread);
  if (event->kind != static_cast<uint8_t>(trace::EventKind::kResume)) {
    report_divergence(thread, "a preempted thread did something else");
  }
  consume_event();
  deliver_recorded(thread, false);
  expect_preemption(thread);
  if (steps_are_due()) start_steps(thread);
}

}  // namespace

extern "C" void weft_on_preempt(Thread* thread) {
  if (recording()) {
    record_preemption(thread);
  } else {
    if (!makes_steps(thread)) thread->registers.rip = breakpoint_address();
    replay_preemption(thread);
  }
}

void begin_steps(SignalContext* context, Thread* thread) {
  if (somebody_wants(thread) && have_snapshot()) start_stepping(context, thread);
}

void end_steps(SignalContext* context) {
  if (recording()) {
    stop_stepping(context);
  } else {
    end_steps_here(context);
    end_breakpoint_step(context);
  }
}

void expect_preemption(Thread* thread) {
  const trace::EventHeader* event = glance_at_event();
  if (event != nullptr && event->thread == thread->id && is_preempt(event)) {
    const auto* record = reinterpret_cast<const trace::PreemptRecord*>(payload_of(event));
    steps_are_due() ? expect_preemption_in_steps(record) : arm_breakpoint(thread, *record);
  }
}

bool on_preemption_trap(int signal, SignalContext* context, Thread* thread) {
  if (recording()) return signal == kSigTrap && on_step(context, thread);
  if (signal == kSigTrap && on_step_trap(context, thread)) return true;
  return (signal == kSigTrap || signal == kSigIll) && on_breakpoint_trap(signal, context, thread);
}

}  // namespace weft::runtime
