/// The kernel does two things about threads at times of its own. Both would make replay diverge, so
/// weft does them itself, under the baton:
///
/// - When a thread ends, the kernel clears its CLEARTID word and wakes the joiner, at some time
///   after the exit call. The joiner would see "gone" or "not yet" at random. Here on_exit clears
///   the word, and the kernel is given a word of weft's instead, which tells when the slot may be
///   used again. The joiner may unmap the program's stack at once: on_exit runs on the runtime's.
/// - The kernel marks the robust mutexes of a dead thread (OWNER_DIED). on_exit does it, and
///   unregisters the list.
#include "recorder/runtime/process/threads.h"

#include <linux/futex.h>
#include <linux/sched.h>

#include "recorder/runtime/futexes/futex.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/process/leader.h"
#include "recorder/runtime/process/sharing_child.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/gathering.h"
#include "recorder/runtime/turns/log_turns.h"

namespace weft::runtime {

namespace {

constexpr int kMaxRobustEntries = 2048;  // ROBUST_LIST_LIMIT

void wake_in_kernel(uint64_t address, int count) {
  if (recording()) raw(__NR_futex, address, FUTEX_WAKE, static_cast<uint64_t>(count));
}

long record_clone(Call& call, Thread* child) {
  constexpr uint64_t kOurs = CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | CLONE_PARENT_SETTID;
  const uint64_t flags = call.args[0];
  const uint64_t sp = child->runtime_stack - 16;
  *pointer_to<Thread*>(sp) = child;
  block_all_for_clone();
  const long tid = weft_raw_clone((flags & ~kOurs) | CLONE_CHILD_CLEARTID, sp, 0,
                                  address_of(&child->alive), call.args[4]);
  allow_own_signal();
  apply_mask(call.thread->signal_mask);
  static OutputList outputs;
  outputs.clear();
  if (!is_error(tid)) {
    const auto value = static_cast<int32_t>(tid);
    if ((flags & CLONE_PARENT_SETTID) != 0 && store_program(call.args[2], value))
      outputs.add(2, call.args[2], 4);
    if ((flags & CLONE_CHILD_SETTID) != 0 && store_program(call.args[3], value))
      outputs.add(3, call.args[3], 4);
  }
  log_call(call, tid, &outputs);
  return tid;
}

/// `entry` is a node of the list; its lowest bit marks a priority-inheritance mutex, whose next
/// owner only the recording knows: there the word is an event.
void release_robust_mutex(const Thread* thread, uint64_t entry, int64_t offset) {
  const uint64_t address = (entry & ~uint64_t{1}) + static_cast<uint64_t>(offset);
  uint32_t word;
  if (!read_program(address, &word) ||
      (word & FUTEX_TID_MASK) != static_cast<uint32_t>(thread->tid))
    return;
  if ((entry & 1) != 0) {
    if (!recording()) return;
    futex_pi_owner_died(address, word);
    write_data_events(thread, address, 4);
    return;
  }
  store_program(address, (word & FUTEX_WAITERS) | FUTEX_OWNER_DIED);
  if ((word & FUTEX_WAITERS) != 0) wake_in_kernel(address, 1);
}

/// What the kernel's exit_robust_list does.
void release_robust_mutexes(const Thread* thread) {
  struct {
    uint64_t first;
    int64_t offset;
    uint64_t pending;
  } head;
  if (thread->robust_list == 0 || !read_program(thread->robust_list, &head)) return;
  uint64_t entry = head.first;
  for (int i = 0; i < kMaxRobustEntries && (entry & ~uint64_t{1}) != thread->robust_list; ++i) {
    const uint64_t at = entry & ~uint64_t{1};
    uint64_t next;
    const bool more = read_program(at, &next);
    if (entry != head.pending) release_robust_mutex(thread, entry, head.offset);
    if (!more) break;
    entry = next;
  }
  if (head.pending != 0) release_robust_mutex(thread, head.pending, head.offset);
}

/// A signal that was meant for the process must not end with this thread.
void pass_on_pending(const Thread* thread) {
  if (thread->pending.load() == 0) return;
  raw(__NR_kill, static_cast<uint64_t>(thread->process->pid),
      static_cast<uint64_t>(thread->pending_signal.signo));
}

}  // namespace

void announce_end(const Thread* thread) {
  release_robust_mutexes(thread);
  if (thread->clear_child_tid == 0) return;
  if (store_program(thread->clear_child_tid, int32_t{0}))
    wake_in_kernel(thread->clear_child_tid, 1);
}

Thread* make_child(const Call& call, const CloneRequest& request) {
  Thread* child = allocate_thread();
  const Thread* parent = call.thread;
  child->registers = parent->registers;
  child->registers.rax = 0;
  child->registers.rcx = call.site;
  child->registers.rip = call.site;
  if (request.stack != 0) child->registers.rsp = request.stack;
  child->registers.fs_base = (request.flags & CLONE_SETTLS) != 0 ? request.tls : fs_base();
  child->clear_child_tid = (request.flags & CLONE_CHILD_CLEARTID) != 0 ? request.child_tid : 0;
  child->signal_mask = parent->signal_mask;
  child->gathering = parent->gathering;
  child->gathered_at = parent->gathered_at;
  __builtin_memcpy(child->own_processors, parent->own_processors, sizeof child->own_processors);
  return child;
}

extern "C" void weft_child_begin(Thread* thread) {
  set_gs_base(address_of(thread));
  use_signal_stack(thread);
  allow_own_signal();
  check(arm_dispatch() == 0, "Syscall User Dispatch failed in a new thread");
  thread->tid = static_cast<int32_t>(raw(__NR_gettid));
  if (thread->process->pid == 0) begin_sharing_child(thread);
  baton_acquire(thread);
  log_begin_words(thread);
  EventWriter(trace::EventKind::kThread, thread).commit(thread->tid);
  apply_mask(thread->signal_mask);
  deliver_pending(thread, DeliverAt::kElsewhere);
  weft_leave();
}

long create_thread(Call& call, const CloneRequest& request) {
  Thread* child = make_child(call, request);
  join_process(child, call.thread);
  const long tid = recording() ? record_clone(call, child) : replay_call(call);
  if (is_error(tid)) {
    child->alive = 0;
    release_thread(child);
    return tid;
  }
  child->tid = static_cast<int32_t>(tid);
  if (!recording()) prepare_fiber(child);
  return tid;
}

void end_replayed_thread(Thread* thread) {
  consume_event();
  announce_end(thread);
  thread->alive = 0;
  release_thread(thread);
  abandon_fiber(thread);
}

long on_exit(Call& call) {
  return end_thread(call);
}

long end_thread(Call& call) {
  Thread* thread = call.thread;
  if (recording()) {
    block_all_signals();
    pass_on_pending(thread);
    raw(__NR_set_robust_list, 0, 24);
    leave_gathering(thread);
    announce_end(thread);  // the others see it when they have the baton
    EventWriter(trace::EventKind::kThreadExit, thread).commit(static_cast<int32_t>(call.args[0]));
    if (thread->nudge_timer >= 0)
      raw(__NR_timer_delete, static_cast<uint64_t>(thread->nudge_timer));
    release_thread(thread);
    const AfterEnd after = end_in_process(thread);
    baton_release(thread);
    const auto status = static_cast<uint32_t>(call.args[0]);
    if (after == AfterEnd::kWaits) wait_as_leader(thread, status);
    weft_exit_thread(status, call.number);
  }
  const trace::EventHeader* event = await_turn(thread);
  if (event->kind != static_cast<uint8_t>(trace::EventKind::kThreadExit)) {
    report_divergence(call, "a thread ended where it did not in the recording");
  }
  end_replayed_thread(thread);
}

long on_set_tid_address(Call& call) {
  call.thread->clear_child_tid = call.args[0];
  return agree(call, call.thread->tid);
}

long on_set_robust_list(Call& call) {
  const bool valid = call.args[1] == 24;
  if (valid) {
    call.thread->robust_list = call.args[0];
    if (recording()) raw(__NR_set_robust_list, call.args[0], call.args[1]);
  }
  return agree(call, valid ? 0 : -kEINVAL);
}

/// As the program set it: the kernel does not know the lists of threads in replay.
long on_get_robust_list(Call& call) {
  const auto tid = static_cast<int32_t>(call.args[0]);
  const Thread* wanted = tid == 0 ? call.thread : nullptr;
  for_each_thread([&](const Thread* thread) {
    if (thread->tid == tid) wanted = thread;
  });
  if (wanted == nullptr) return perform(call);  // another process's
  constexpr uint64_t kHeadBytes = 24;
  const bool stored =
      store_program(call.args[2], kHeadBytes) && store_program(call.args[1], wanted->robust_list);
  return agree(call, stored ? 0 : -kEFAULT);
}

}  // namespace weft::runtime
