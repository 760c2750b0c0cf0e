#include "replayer/runtime/preemption.h"

#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/preempt/moment.h"
#include "recorder/runtime/preempt/preempt.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/log_turns.h"
#include "replayer/runtime/breakpoint.h"
#include "replayer/runtime/steps.h"
#include "weft/trace/preempt_state.h"

namespace weft::runtime {

namespace {

bool is_preempt(const trace::EventHeader* event) {
  return event->kind == static_cast<uint8_t>(trace::EventKind::kPreempt);
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
  deliver_recorded(thread, DeliverAt::kElsewhere);
  go_on(thread);
}

}  // namespace

void expect_preemption(Thread* thread) {
  const trace::EventHeader* event = glance_at_event();
  if (event != nullptr && event->thread == thread->id && is_preempt(event)) {
    const auto* record = reinterpret_cast<const trace::PreemptRecord*>(payload_of(event));
    const uint64_t passes =
        (event->flags & trace::kWholeState) != 0 ? trace::counted_passes(record, event->size) : 0;
    if (steps_are_due()) {
      expect_preemption_in_steps(record, passes);
    } else {
      arm_breakpoint(thread, *record, passes == 0 ? 0 : passes - passes_in_steps());
    }
  }
}

extern "C" void weft_on_preempt(Thread* thread) {
  if (recording()) {
    record_preemption(thread);
  } else {
    if (!makes_steps(thread)) thread->registers.rip = breakpoint_address();
    replay_preemption(thread);
  }
}

}  // namespace weft::runtime
