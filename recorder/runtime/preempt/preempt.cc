#include "recorder/runtime/preempt/preempt.h"

#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/preempt/memory_state.h"
#include "recorder/runtime/preempt/moment.h"
#include "recorder/runtime/preempt/spin_places.h"
#include "recorder/runtime/preempt/stepping.h"
#include "recorder/runtime/preempt/written_pages.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/baton.h"
#include "weft/trace/preempt_state.h"

namespace weft::runtime {

namespace {

bool somebody_wants(const Thread* thread) {
  return thread->pending.load() != 0 || baton_wanted();
}

/// What the kernel will need to track writes to the same pages again, ns.
uint64_t time_of_tracking() {
  return WrittenPages::are_tracked() ? memory_state_pages() * kTrackingNs : 0;
}

/// False if the moment could not be found again: the thread goes on.
bool write_preemption(Thread* thread) {
  static trace::PreemptRecord record;
  const bool well = collect_moment(thread, &record);
  if (well) {
    EventWriter event(trace::EventKind::kPreempt, thread);
    event.set_flags(trace::kWholeState);
    event.put_bytes(&record, sizeof record);
    write_memory_state(&event);
    event.commit(0);
  }
  if (well) tell_of_memory_left_out(thread);
  baton_note_stop(time_since_steps_began() + time_of_tracking());
  return well;
}

/// The event is written: others run, then the thread goes on.
void let_others_run(Thread* thread) {
  if (baton_wanted()) {
    thread->preempted = true;
    baton_pass_on(thread);
    thread->preempted = false;
  }
  EventWriter(trace::EventKind::kResume, thread).commit(0);
  deliver_pending(thread, DeliverAt::kElsewhere);
}

/// The thread has come to a place where its passes are counted.
void record_spin(Thread* thread) {
  if (!is_to_hand_over(thread)) return pass_on(thread);
  {
    static trace::PreemptRecord record;
    collect_registers(thread, &record);
    const trace::StateRecord state{0, passes_since_event(thread)};
    EventWriter event(trace::EventKind::kPreempt, thread);
    event.set_flags(trace::kWholeState);
    event.put_bytes(&record, sizeof record);
    event.put_bytes(&state, sizeof state);
    event.commit(0);
  }
  thread->spins = false;  // it hands over by itself
  thread->yields = true;
  let_others_run(thread);
  thread->yields = false;
}

}  // namespace

void record_preemption(Thread* thread) {
  if (thread->counted_place != 0) {
    thread->registers.rip = counted_address(thread);
    record_spin(thread);
    thread->counted_place = 0;
    return;
  }
  if (!somebody_wants(thread) || !write_preemption(thread)) return;
  if (only_waits()) count_passes(thread);
  let_others_run(thread);
}

void begin_steps(SignalContext* context, Thread* thread) {
  if (somebody_wants(thread)) start_stepping(context, thread);
}

}  // namespace weft::runtime
