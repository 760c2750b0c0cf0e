#include "recorder/runtime/preempt/preempt.h"

#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/preempt/memory_state.h"
#include "recorder/runtime/preempt/moment.h"
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

}  // namespace

void record_preemption(Thread* thread) {
  if (!somebody_wants(thread) || !write_preemption(thread)) return;
  if (baton_wanted()) {
    thread->preempted = true;
    baton_pass_on(thread);
    thread->preempted = false;
  }
  EventWriter(trace::EventKind::kResume, thread).commit(0);
  deliver_pending(thread, DeliverAt::kElsewhere);
}

void begin_steps(SignalContext* context, Thread* thread) {
  if (somebody_wants(thread)) start_stepping(context, thread);
}

}  // namespace weft::runtime
