#include "recorder/runtime/preempt/preempt.h"

#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/preempt/data_snapshot.h"
#include "recorder/runtime/preempt/moment.h"
#include "recorder/runtime/preempt/stepping.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/baton.h"

namespace weft::runtime {

namespace {

bool somebody_wants(const Thread* thread) {
  return thread->pending.load() != 0 || baton_wanted();
}

}  // namespace

void record_preemption(Thread* thread) {
  if (!somebody_wants(thread)) return;
  {
    EventWriter event(trace::EventKind::kPreempt, thread);
    write_moment(thread, &event);
    event.commit(0);
  }
  if (baton_wanted()) {
    thread->preempted = true;
    baton_pass_on(thread);
    thread->preempted = false;
  }
  EventWriter(trace::EventKind::kResume, thread).commit(0);
  deliver_pending(thread, false);
}

void begin_steps(SignalContext* context, Thread* thread) {
  if (somebody_wants(thread) && have_snapshot()) start_stepping(context, thread);
}

}  // namespace weft::runtime
