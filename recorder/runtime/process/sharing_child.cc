#include "recorder/runtime/process/sharing_child.h"

#include <linux/sched.h>

#include "recorder/runtime/calls/descriptors.h"
#include "recorder/runtime/calls/self_paths.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/mapped/shared_watch.h"
#include "recorder/runtime/process/followed_exec.h"
#include "recorder/runtime/process/tracing.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/futex_queue.h"
#include "recorder/runtime/turns/gathering.h"
#include "recorder/runtime/turns/log_turns.h"
#include "weft/trace/notes.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kWordsOfClone = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;

/// Where the new number goes. A parent that waits cannot see to it before the child runs.
void note_begin_words(Thread* child, const CloneRequest& request) {
  if ((request.flags & (CLONE_PARENT_SETTID | CLONE_PIDFD)) != 0)
    child->begin_words[0] = request.parent_tid;
  child->begins_with_pidfd = (request.flags & CLONE_PIDFD) != 0;
  if ((request.flags & CLONE_CHILD_SETTID) != 0) child->begin_words[1] = request.child_tid;
}

long record_clone(Call& call, Thread* child, const CloneRequest& request) {
  Thread* thread = call.thread;
  const bool waits = (request.flags & CLONE_VFORK) != 0;
  const uint64_t sp = child->runtime_stack - 16;
  *pointer_to<Thread*>(sp) = child;
  if ((request.flags & CLONE_FILES) != 0) distrust_descriptors();
  call.entry_time = ticks();
  block_all_for_clone();
  // It cannot go on before the baton is given up, so a parent that does not wait is first.
  if (waits) {
    baton_enter_call(thread);
    baton_offer(thread);
  }
  const uint64_t flags = (request.flags & ~kWordsOfClone) | CLONE_CHILD_CLEARTID;
  const uint64_t pidfd = (flags & CLONE_PIDFD) != 0 ? request.parent_tid : 0;
  const long pid = weft_raw_clone(flags, sp, pidfd, address_of(&child->alive), request.tls);
  allow_own_signal();
  if (waits) baton_leave_call(thread);
  apply_mask(thread->signal_mask);
  return pid;
}

void log_clone(const Call& call, long pid, const CloneRequest& request) {
  static OutputList outputs;  // used under the baton
  outputs.clear();
  if (!is_error(pid) && (request.flags & CLONE_VFORK) == 0) {
    const auto value = static_cast<int32_t>(pid);
    if ((request.flags & CLONE_PARENT_SETTID) != 0) store_program(request.parent_tid, value);
    if ((request.flags & CLONE_CHILD_SETTID) != 0) store_program(request.child_tid, value);
    if ((request.flags & (CLONE_PARENT_SETTID | CLONE_PIDFD)) != 0)
      outputs.add(trace::kAbsolute, request.parent_tid, 4);
    if ((request.flags & CLONE_CHILD_SETTID) != 0)
      outputs.add(trace::kAbsolute, request.child_tid, 4);
  }
  log_call(call, pid, &outputs);
}

bool executes(const Thread* thread) {
  return thread->registers.rax == __NR_execve || thread->registers.rax == __NR_execveat;
}

void bury(Thread* child) {
  if (!end_followed_exec(child) && executes(child)) write_unusual(child, trace::kChildExecutes);
  EventWriter(trace::EventKind::kThreadExit, child).commit(0);
  futex_remove(child);
  baton_forget(child);
  announce_end(child);
  release_thread(child);
}

/// The path that the kernel is given where the program's would name the runtime; else nullptr.
const char* path_for_kernel(const Call& call) {
  char path[kMaxPath];
  const uint64_t address = call.args[call.number == __NR_execveat ? 1 : 0];
  const long length = weft_string_guarded(pointer_to<char>(address), sizeof path);
  if (length < 0 || length >= static_cast<long>(sizeof path)) return nullptr;
  weft_copy_guarded(path, pointer_to<void>(address), static_cast<uint64_t>(length) + 1);
  return real_self_path(path);
}

/// Replay: true if the event that tells of the child is next. Without it there is none: the call
/// failed at once, or the trace is of a version that left such children alone.
bool take_child_event(Thread* thread) {
  const trace::EventHeader* event = await_turn(thread);
  if (event->kind != static_cast<uint8_t>(trace::EventKind::kChild)) return false;
  consume_event();
  return true;
}

/// Record: announces the child.
bool log_child(Thread* thread) {
  if (!room_for_process()) return false;
  EventWriter(trace::EventKind::kChild, thread).commit(g_threads.next_id);
  return true;
}

}  // namespace

long make_sharing_child(Call& call, const CloneRequest& request) {
  const bool is_made = recording() ? log_child(call.thread) : take_child_event(call.thread);
  if (!is_made && !recording()) return replay_call(call);
  if (!is_made) return agree(call, -kEAGAIN);
  watch_shared();
  if (recording()) leave_gathering(call.thread);
  Thread* child = make_child(call, request);
  const bool shared = (request.flags & CLONE_SIGHAND) != 0;
  start_process(child, call.thread, shared ? Handlers::kShared : Handlers::kCopied);
  child->process->shares_files = (request.flags & CLONE_FILES) != 0;
  const bool waits = (request.flags & CLONE_VFORK) != 0;
  if (waits) child->signal_stack = call.thread->signal_stack;
  if (waits) note_begin_words(child, request);
  if (!recording()) prepare_fiber(child);  // its turns may come before the event of this call
  const long pid = recording() ? record_clone(call, child, request) : replay_call(call);
  if (is_error(pid)) {
    child->alive = 0;
    release_thread(child);
  }
  if (recording()) {
    bury_children(call.thread);
    log_clone(call, pid, request);
  }
  return pid;
}

void begin_sharing_child(Thread* child) {
  child->process->pid = static_cast<int32_t>(raw(__NR_getpid));
}

void log_begin_words(Thread* child) {
  for (int i = 0; i < 2; ++i) {
    const uint64_t address = child->begin_words[i];
    if (address == 0) continue;
    if (i == 1 || !child->begins_with_pidfd) store_program(address, child->tid);
    write_data_events(child, address, 4);
  }
}

void bury_children(const Thread* thread) {
  if (threads_in_children() == 0) return;
  for_each_thread([thread](Thread* child) {
    if (child == thread || !is_in_child(child)) return;
    if (__atomic_load_n(&child->alive, __ATOMIC_ACQUIRE) == 0) bury(child);
  });
}

bool outlive_children(Call& call) {
  constexpr int kMostRounds = 5000;  // of a millisecond
  for (int round = 0; threads_in_children() != 0; ++round) {
    if (round == kMostRounds) return false;
    const int64_t pause[2] = {0, 1'000'000};
    baton_enter_call(call.thread);
    baton_offer(call.thread);
    raw(__NR_nanosleep, address_of(pause), 0);
    baton_leave_call(call.thread);
    bury_children(call.thread);
  }
  return true;
}

void let_children_go(Thread* thread) {
  if (threads_in_children() == 0) return;
  record_channel()->stopped.store(1, std::memory_order_release);
  baton_release(thread);
}

void end_before_death(Thread* thread, int signal) {
  EventWriter(trace::EventKind::kThreadExit, thread).commit(128 + signal);
  announce_end(thread);
  release_thread(thread);
  baton_release(thread);
}

long exec_in_child(Call& call) {
  if (!recording()) return replay_call(call);  // if it succeeded: await_turn does not return
  uint64_t args[6];
  for (int i = 0; i < 6; ++i) args[i] = call.args[i];
  if (const char* path = path_for_kernel(call)) {
    args[call.number == __NR_execveat ? 1 : 0] = address_of(path);
  }
  be_traced_if_wanted(call.thread);
  bequeath_signals(call.thread);
  exec_followed(call);
  call.block = syscall::Block::kLikely;
  const long result = enter_kernel(call, args);
  keep_signals(call.thread);
  if (result == -kERestart) return kRestart;
  log_call(call, result, nullptr);
  return result;
}

}  // namespace weft::runtime
