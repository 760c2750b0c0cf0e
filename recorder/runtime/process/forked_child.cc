#include "recorder/runtime/process/forked_child.h"

#include <linux/sched.h>

#include "recorder/runtime/calls/descriptors.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/log/process_pool.h"
#include "recorder/runtime/preempt/spin_places.h"
#include "recorder/runtime/preempt/written_pages.h"
#include "recorder/runtime/process/leader.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/futex_queue.h"
#include "recorder/runtime/turns/gathering.h"
#include "recorder/runtime/turns/log_turns.h"

namespace weft::runtime {

namespace {

/// In the child, in recording and replay: the thread that has forked is all that is left.
void be_alone(Thread* thread, const CloneRequest& request, int32_t pid) {
  for_each_thread([thread](Thread* other) {
    if (other == thread) return;
    other->alive = 0;
    release_thread(other);
  });
  forget_futex_waiters();
  forget_leader();
  thread->process->pid = thread->tid = pid;
  thread->process->is_traced = false;
  thread->robust_list = 0;
  thread->clear_child_tid = (request.flags & CLONE_CHILD_CLEARTID) != 0 ? request.child_tid : 0;
  if (request.stack != 0) thread->registers.rsp = request.stack;
}

/// What fork does not copy, or the child must have of its own.
void be_recorded(Thread* thread, int slot) {
  enter_channel(slot);
  name_process();
  WrittenPages::leave();
  restart_counting();
  thread->pending.store(0);
  thread->nudge_timer = -1;
  thread->nudges_seen.store(thread->nudges_sent.load());
  thread->alive = 1;
  raw(__NR_set_tid_address, address_of(&thread->alive));
  baton_init(thread);
  forget_gathering(thread);
  check(arm_dispatch() == 0, "Syscall User Dispatch failed in a child process");
  record_channel()->program_loaded.store(1, std::memory_order_release);
}

long begin_recording(Call& call, const CloneRequest& request, int slot) {
  be_recorded(call.thread, slot);
  be_alone(call.thread, request, g_state.pid);
  EventWriter(trace::EventKind::kProcess, call.thread).commit(g_state.pid);
  static OutputList outputs;
  outputs.clear();
  if ((request.flags & CLONE_CHILD_SETTID) != 0)
    outputs.add(trace::kAbsolute, request.child_tid, 4);
  log_call(call, 0, &outputs);
  apply_mask(call.thread->signal_mask);
  return 0;
}

long log_fork(Call& call, const CloneRequest& request, long pid) {
  static OutputList outputs;
  outputs.clear();
  if (!is_error(pid) && (request.flags & (CLONE_PARENT_SETTID | CLONE_PIDFD)) != 0)
    outputs.add(trace::kAbsolute, request.parent_tid, 4);
  log_call(call, pid, &outputs);
  return pid;
}

}  // namespace

bool can_follow(const Call& call, const CloneRequest& request, int* slot) {
  constexpr uint64_t kSharesWithParent = CLONE_FILES | CLONE_VM;
  if ((request.flags & kSharesWithParent) != 0 || is_in_child(call.thread)) return false;
  *slot = claim_channel(trace::ProcessBegin::kForked);
  return *slot != kNoSlot;
}

long fork_followed(Call& call, const CloneRequest& request, int slot) {
  leave_gathering(call.thread);
  block_all_signals();
  // The kernel knows a word of weft's instead of the program's (threads.cc).
  const long pid = raw(__NR_clone, request.flags & ~uint64_t{CLONE_CHILD_CLEARTID}, 0,
                       request.parent_tid, request.child_tid, request.tls);
  if (pid == 0) return begin_recording(call, request, slot);
  name_child(slot, pid);
  apply_mask(call.thread->signal_mask);
  return log_fork(call, request, pid);
}

void fork_from_log(Call& call, const CloneRequest& request) {
  const trace::EventHeader* event = await_turn(call.thread);
  if (event->kind != static_cast<uint8_t>(trace::EventKind::kProcess)) return;
  const auto pid = static_cast<int32_t>(event->result);
  consume_event();
  be_alone(call.thread, request, pid);
  if ((request.flags & CLONE_SETTLS) != 0) set_fs_base(request.tls);
}

}  // namespace weft::runtime
