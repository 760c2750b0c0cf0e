/// Why a replay does what the recording did, step by step:
///
/// 1. At the start, memory, registers and extended state are those of the recording: kMap, kData and
///    kStart put them there, at the same addresses.
/// 2. Between two calls, a thread executes the same instructions on the same state, so it reaches
///    the same call with the same arguments (or faults at the same instruction).
/// 3. At a call, it gets from the log what the kernel returned and wrote: the state is the same
///    again.
/// 4. Memory accesses of other threads come between its instructions only at calls, where the baton
///    changed hands, and in the order of events (baton.h); or at a preemption, which is an event of
///    the log that is found again by its whole state (preempt.h).
/// 5. Signals come as events, at calls, or as faults at the same instruction.
///
/// Everything else is compared at every event: call, site, arguments, and a checksum over the bytes
/// passed to the kernel. The first difference is a divergence, and replay stops there.
#include <boost/context/detail/fcontext.hpp>

#include "recorder/runtime/ground/assertion.h"
#include "recorder/runtime/ground/extended_state.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/memory/apply_map.h"
#include "recorder/runtime/process/exec.h"
#include "recorder/runtime/process/threads.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/log_turns.h"
#include "replayer/runtime/end.h"
#include "replayer/runtime/preemption.h"
#include "replayer/runtime/stop.h"
#include "replayer/runtime/verification.h"

namespace weft::runtime {

using boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;
using trace::EventHeader;
using trace::EventKind;

namespace {

Thread* g_switching_to;

EventKind kind_of(const EventHeader* event) {
  return static_cast<EventKind>(event->kind);
}

/// On the fiber that was jumped to: remember where the other one stands, load our own registers.
void arrive(Thread* self, transfer_t from) {
  if (from.data != nullptr) static_cast<Thread*>(from.data)->fiber = from.fctx;
  set_gs_base(address_of(self));
  set_fs_base(self->registers.fs_base);
  load_extended_state(self->extended);
}

void switch_to(Thread* from, Thread* to) {
  assert_that("a thread goes on where it stands", [&] { return to->fiber != nullptr; });
  assert_that("a thread that goes on has not ended", [&] { return !to->exited; });
  assert_that("a thread does not go on beside itself", [&] { return from != to; });
  save_extended_state(from->extended);
  from->registers.fs_base = fs_base();
  g_switching_to = to;
  arrive(from, jump_fcontext(to->fiber, from));
}

/// A new thread's first moments.
void begin_fiber(transfer_t from) {
  Thread* self = g_switching_to;
  arrive(self, from);
  const EventHeader* event = await_turn(self);
  if (kind_of(event) != EventKind::kThread) report_divergence(self, "a thread began out of turn");
  self->tid = static_cast<int32_t>(event->result);
  if (self->process->pid == 0) self->process->pid = self->tid;
  consume_event();
  if (!call_is_next()) deliver_recorded(self, DeliverAt::kElsewhere);
  go_on(self);
  weft_leave();
}

/// False for what belongs to no thread's turn.
bool is_turn(const EventHeader* event) {
  return kind_of(event) != EventKind::kUnusual && kind_of(event) != EventKind::kKilled;
}

Thread* thread_of(const EventHeader* event, Thread* asking) {
  Thread* thread = thread_by_id(event->thread);
  if (thread == nullptr)
    report_divergence(asking, "the next event is of a thread that does not exist");
  return thread;
}

/// Applies what stands in the log ahead of a call. True if `event` was that.
bool apply_prelude(Thread* thread, const EventHeader* event) {
  switch (kind_of(event)) {
    case EventKind::kMap:
      apply_map(event);
      break;
    case EventKind::kData:
      apply_data(event);
      break;
    case EventKind::kFile:
      apply_file(event);
      break;
    case EventKind::kMemory:
      verify_memory(thread, event);
      break;
    case EventKind::kUnusual:
      break;
    default:
      return false;
  }
  consume_event();
  return true;
}

}  // namespace

const EventHeader* await_turn(Thread* thread) {
  for (;;) {
    const EventHeader* event = glance_at_event();
    if (event != nullptr && event->thread != thread->id && is_turn(event)) {
      switch_to(thread, thread_of(event, thread));
      continue;
    }
    // The thread that stops here has the turn: the event is its own, or nobody's.
    stop_if_due();
    if (event == nullptr || kind_of(event) == EventKind::kKilled) end_of_recording();
    if (kind_of(event) == EventKind::kThreadExit && is_in_child(thread))
      end_replayed_thread(thread);
    if (kind_of(event) == EventKind::kExec && event->thread == thread->id && !g_state.loading) {
      exec_from_log(thread);
    }
    if (!apply_prelude(thread, event)) return event;
  }
}

void prepare_fiber(Thread* thread) {
  save_extended_state(thread->extended);
  thread->fiber = make_fcontext(pointer_to<void>(thread->runtime_stack), 64 * 1024, &begin_fiber);
}

void abandon_fiber(Thread* thread) {
  for (;;) {
    const EventHeader* event = glance_at_event();
    if (event != nullptr && is_turn(event)) {
      g_switching_to = thread_of(event, thread);
      jump_fcontext(g_switching_to->fiber, nullptr);
    }
    stop_if_due();
    if (event == nullptr || kind_of(event) == EventKind::kKilled) end_of_recording();
    consume_event();  // kUnusual
  }
}

void expect_what_comes(Thread* thread) {
  // Another thread replaces the program next: this one computed until it was ended for that. It makes
  // no event any more, and what it computed is gone, so it need not run.
  const EventHeader* event = glance_at_event();
  if (event != nullptr && kind_of(event) == EventKind::kExec && event->thread != thread->id)
    await_turn(thread);
  if (has_killed_itself(thread)) await_turn(thread);
  expect_preemption(thread);
  expect_end();
}

}  // namespace weft::runtime

/// Boost.Context's make_fcontext returns here if a fiber's function returns; ours never do.
extern "C" void _exit(int) {
  weft::runtime::fail("a fiber returned");
}
