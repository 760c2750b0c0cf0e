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

#include "recorder/runtime/calls/futex.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/log_turns.h"

namespace weft::runtime {

namespace {

constexpr int kMaxRobustEntries = 2048;  // ROBUST_LIST_LIMIT

void wake_in_kernel(uint64_t address, int count) {
  if (recording()) raw(__NR_futex, address, FUTEX_WAKE, static_cast<uint64_t>(count));
}

/// The child as it begins: the parent's registers, another stack.
Thread* make_child(const Call& call) {
  Thread* child = allocate_thread();
  const Thread* parent = call.thread;
  const uint64_t flags = call.args[0];
  child->registers = parent->registers;
  child->registers.rax = 0;
  child->registers.rcx = call.site;
  child->registers.rip = call.site;
  if (call.args[1] != 0) child->registers.rsp = call.args[1];
  child->registers.fs_base = (flags & CLONE_SETTLS) != 0 ? call.args[4] : fs_base();
  child->clear_child_tid = (flags & CLONE_CHILD_CLEARTID) != 0 ? call.args[3] : 0;
  child->signal_mask = parent->signal_mask;
  return child;
}

long record_clone(Call& call, Thread* child) {
  constexpr uint64_t kOurs = CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | CLONE_PARENT_SETTID;
  const uint64_t flags = call.args[0];
  const uint64_t sp = child->runtime_stack - 16;
  *pointer_to<Thread*>(sp) = child;
  block_all_signals();
  const long tid = weft_raw_clone((flags & ~kOurs) | CLONE_CHILD_CLEARTID, sp, 0,
                                  address_of(&child->alive), call.args[4]);
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

/// What others see of the end of a thread.
void announce_end(const Thread* thread) {
  release_robust_mutexes(thread);
  if (thread->clear_child_tid == 0) return;
  if (store_program(thread->clear_child_tid, int32_t{0}))
    wake_in_kernel(thread->clear_child_tid, 1);
}

/// A signal that was meant for the process must not end with this thread.
void pass_on_pending(const Thread* thread) {
  if (thread->pending.load() == 0) return;
  raw(__NR_kill, static_cast<uint64_t>(g_state.pid),
      static_cast<uint64_t>(thread->pending_signal.signo));
}

}  // namespace

extern "C" void weft_child_begin(Thread* thread) {
  set_gs_base(address_of(thread));
  if (thread->entry == address_of(&weft_entry_native)) {  // a vfork's child
    restore_native_signals(thread);
    weft_leave();
  }
  use_signal_stack(thread);
  check(arm_dispatch() == 0, "Syscall User Dispatch failed in a new thread");
  thread->tid = static_cast<int32_t>(raw(__NR_gettid));
  baton_acquire(thread);
  EventWriter(trace::EventKind::kThread, thread).commit(thread->tid);
  apply_mask(thread->signal_mask);
  deliver_pending(thread, false);
  weft_leave();
}

long create_thread(Call& call) {
  Thread* child = make_child(call);
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

long on_exit(Call& call) {
  Thread* thread = call.thread;
  if (recording()) {
    block_all_signals();
    pass_on_pending(thread);
    raw(__NR_set_robust_list, 0, 24);
    announce_end(thread);  // the others see it when they have the baton
    EventWriter(trace::EventKind::kThreadExit, thread).commit(static_cast<int32_t>(call.args[0]));
    if (thread->nudge_timer >= 0)
      raw(__NR_timer_delete, static_cast<uint64_t>(thread->nudge_timer));
    release_thread(thread);
    baton_release(thread);
    weft_exit_thread(static_cast<uint32_t>(call.args[0]));
  }
  const trace::EventHeader* event = await_turn(thread);
  if (event->kind != static_cast<uint8_t>(trace::EventKind::kThreadExit)) {
    report_divergence(call, "a thread ended where it did not in the recording");
  }
  consume_event();
  announce_end(thread);
  thread->alive = 0;
  release_thread(thread);
  abandon_fiber(thread);
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

}  // namespace weft::runtime
