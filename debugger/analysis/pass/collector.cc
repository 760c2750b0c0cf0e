#include "debugger/analysis/pass/collector.h"

#include <linux/futex.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "weft/syscall/table.h"
#include "weft/trace/notes.h"

namespace weft::analysis {

using trace::EventKind;
using trace::EventView;

namespace {

/// What calls tell about the task that makes them.
enum CallTrait : uint8_t {
  kNothing = 0,
  kWaits = 1,   ///< for whatever happens: the task that suspended before has left by now
  kReads = 2,   ///< bytes from descriptor arg 0
  kWrites = 4,  ///< bytes to descriptor arg 0
  kClones = 8,
};

constexpr size_t kCalls = 512;
constexpr int64_t kMaxErrno = 4095;
constexpr std::array<uint8_t, kCalls> make_traits() {
  std::array<uint8_t, kCalls> traits{};
  for (const int call : {SYS_epoll_wait, SYS_epoll_pwait, SYS_epoll_pwait2, SYS_poll, SYS_ppoll,
                         SYS_select, SYS_pselect6, SYS_nanosleep, SYS_clock_nanosleep})
    traits[static_cast<size_t>(call)] = kWaits;
  for (const int call : {SYS_read, SYS_readv, SYS_recvfrom, SYS_recvmsg, SYS_recvmmsg})
    traits[static_cast<size_t>(call)] = kReads;
  for (const int call :
       {SYS_write, SYS_writev, SYS_sendto, SYS_sendmsg, SYS_sendmmsg, SYS_sendfile})
    traits[static_cast<size_t>(call)] = kWrites;
  for (const int call : {SYS_clone, SYS_clone3, SYS_vfork})
    traits[static_cast<size_t>(call)] = kClones;
  return traits;
}
constexpr std::array<uint8_t, kCalls> kTraits = make_traits();

bool waits_on_futex(const EventView& event) {
  const uint64_t operation = event.argument(1) & FUTEX_CMD_MASK;
  return event.header().call == SYS_futex &&
         (operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET);
}

bool may_wait(uint16_t call) {
  const syscall::Row* row = syscall::find(call);
  return row != nullptr && row->block != syscall::Block::kNever;
}

}  // namespace

void Collector::add(EventIndex index, const EventView& event) {
  const trace::EventHeader& header = event.header();
  const Occurrence now{index, event.time(), ThreadNumber(header.thread)};
  Totals& totals = model_.totals;
  if (totals.events++ == 0) totals.first_time = now.time;
  totals.last_time = std::max(totals.last_time, now.time);
  totals.last_kind = header.kind;
  totals.last_result = static_cast<int32_t>(header.result);
  totals.killed_by_fault = event.kind() == EventKind::kKilled && header.size > 0;
  before_ = last_events_.has(now.thread) ? last_events_[now.thread] : LastEvent{};
  if (event.kind() != EventKind::kKilled && now.thread < kMaxLoggedThreads) {
    totals.last_thread = now.thread;
    totals.last_turn_time = now.time;
    last_events_.make_room_for(now.thread);
    last_events_[now.thread] = {index, now.time, event.kind()};
  }
  if (event.kind() != EventKind::kHook) calls_.add(index, event);
  switch (event.kind()) {
    case EventKind::kHook:
      hooks_.read(now, event);
      break;
    case EventKind::kSyscall:
      take_call(now, event);
      break;
    case EventKind::kThread:
      take_thread(now, header.result);
      break;
    case EventKind::kThreadExit:
    case EventKind::kExit:  // the others are cut off where they stand
      log_.end_thread(now);
      break;
    case EventKind::kProcess:
      begin_process(now);
      break;
    case EventKind::kUnusual:
      model_.totals.children +=
          event.text() == trace::kChildNotRecorded || event.text() == trace::kChildExecutes;
      break;
    default:
      break;
  }
}

void Collector::tell(const ReplayedHook& hook, PlaceIndex place) {
  const Occurrence now{hook.event, hook.time, hook.thread};
  const TaskIndex task = model_.find_task(hook.task);
  if (hook.what == ReplayedHook::What::kNothing || now.thread >= kMaxLoggedThreads) return;
  ++model_.totals.hook_events;
  ++model_.totals.replayed_hooks;
  switch (hook.what) {
    case ReplayedHook::What::kCreate:
      log_.create_replayed(now,
                           {hook.task, TaskKind::kCoroutine, model_.find_task(hook.other), place});
      break;
    case ReplayedHook::What::kResume:
      log_.resume(now, task, place, model_.find_task(hook.other));
      break;
    case ReplayedHook::What::kSuspend:
      log_.suspend(now, task, place, Wait::kUnknown, 0);
      break;
    case ReplayedHook::What::kEnd:
      log_.end(now, task, hook.outcome, kNone);
      break;
    case ReplayedHook::What::kNothing:
      break;
  }
}

void Collector::take_call(const Occurrence& now, const EventView& event) {
  const uint16_t call = event.header().call;
  const int64_t result = event.header().result;
  if (const auto entry = event.entry_time()) {
    log_.blocked(now, *entry, call, waits_on_futex(event) ? joined_thread(event) : TaskIndex());
  } else if (may_wait(call) && before_.event != kNone) {
    log_.unsure(now, before_.time, call);
  }
  if (result < 0 && result >= -kMaxErrno) take_failure(now, call, static_cast<int16_t>(-result));
  if (call == SYS_prctl && result == 0) take_thread_name(now, event);
  const uint8_t traits = call < kCalls ? kTraits[call] : uint8_t{kNothing};
  if ((traits & kWaits) != 0 || waits_on_futex(event)) log_.waited(now, calls_.timed_out());
  if ((traits & kClones) != 0 && result > 0) take_clone(now, event);
  if (calls_.is_in_child(now.thread)) return;  // its descriptors are not the program's
  if (call == SYS_epoll_ctl) {
    log_.interested(now, static_cast<int32_t>(event.argument(2)));
    calls_.used(static_cast<int32_t>(event.argument(2)));
  }
  if ((traits & (kReads | kWrites)) != 0) calls_.used(static_cast<int32_t>(event.argument(0)));
  if ((traits & (kReads | kWrites)) != 0 && result == -EAGAIN)
    take_vain_transfer(now, static_cast<int32_t>(event.argument(0)), (traits & kWrites) != 0);
  if ((traits & (kReads | kWrites)) != 0 && result > 0)
    take_transfer(now, static_cast<int64_t>(event.argument(0)), (traits & kWrites) != 0);
}

void Collector::take_failure(const Occurrence& now, uint16_t call, int16_t error) {
  switch (error) {
    case EAGAIN:
    case EINTR:
    case ETIMEDOUT:
    case EINPROGRESS:
    case ENOSYS:
      return;
    default:
      break;
  }
  const auto [at, is_new] = failures_.try_emplace({call, error}, model_.call_failures.size());
  if (is_new) model_.call_failures.add({0, now.event, log_.current(now), call, error});
  ++model_.call_failures[RowIndex<CallFailure>(at->second)].count;
}

void Collector::take_vain_transfer(const Occurrence& now, int64_t fd, bool writes) {
  log_.interested(now, fd);
  const TaskIndex task = log_.current(now);
  if (model_.totals.replayed_hooks > 0 && model_.tasks[task].kind != TaskKind::kKernelThread)
    tried_[{fd, writes}] = task;
}

/// Asio tries a transfer as it starts the operation: then its handler's it is, whoever started it.
void Collector::take_transfer(const Occurrence& now, int64_t fd, bool writes) {
  TaskIndex task = log_.current(now);
  const TaskKind kind = model_.tasks[task].kind;
  if (kind == TaskKind::kKernelThread) {
    const OperationIndex pending = hooks_.pending().on(fd, writes);
    const auto tried = tried_.find({fd, writes});
    if (pending == kNone && tried == tried_.end()) return;
    task = pending != kNone ? model_.operations[pending].handler : tried->second;
  } else if (kind == TaskKind::kHandler) {
    const OperationIndex pending = hooks_.pending().transfer_on(fd, writes);
    if (pending != kNone && model_.operations[pending].owner == task)
      task = model_.operations[pending].handler;
  }
  transfers_.push_back({now.event, task});
}

TaskIndex Collector::transferred_by(EventIndex event) const {
  const auto at =
      std::lower_bound(transfers_.begin(), transfers_.end(), event,
                       [](const Transfer& transfer, EventIndex e) { return transfer.event < e; });
  return at != transfers_.end() && at->event == event ? at->task : TaskIndex();
}

/// The clone call's event may come before or after the first one of the thread that it makes.
void Collector::take_clone(const Occurrence& now, const EventView& event) {
  const int64_t thread_id = event.header().result;
  if (event.header().call != SYS_vfork && (event.argument(0) & CLONE_CHILD_CLEARTID) != 0)
    thread_ids_[event.argument(3)] = thread_id;
  const TaskIndex parent = log_.current(now);
  const auto began = began_.find(thread_id);
  if (began == began_.end()) {
    cloned_by_[thread_id] = parent;
    return;
  }
  model_.tasks[began->second].parent = parent;
  began_.erase(began);
}

/// A forked process: nothing of its parent's other threads goes on in it.
void Collector::begin_process(const Occurrence& now) {
  log_.leave_other_threads(now);
  for (const ThreadNumber thread : last_events_.numbers()) {
    if (thread != now.thread) last_events_[thread] = {};
  }
}

void Collector::take_thread(const Occurrence& now, int64_t thread_id) {
  const auto parent = cloned_by_.find(thread_id);
  const TaskIndex root =
      log_.begin_thread(now, parent != cloned_by_.end() ? parent->second : TaskIndex());
  if (parent != cloned_by_.end()) {
    cloned_by_.erase(parent);
  } else {
    began_[thread_id] = root;
  }
  thread_of_[thread_id] = root;
}

/// A thread is joined by waiting on the word that the kernel clears when it ends, as long as that
/// holds its ID.
TaskIndex Collector::joined_thread(const EventView& event) const {
  const auto id = thread_ids_.find(event.argument(0));
  if (id == thread_ids_.end() || static_cast<int64_t>(event.argument(2)) != id->second)
    return kNone;
  const auto thread = thread_of_.find(id->second);
  return thread == thread_of_.end() ? TaskIndex() : thread->second;
}

void Collector::take_thread_name(const Occurrence& now, const EventView& event) {
  const auto effects = event.effects();
  if (event.argument(0) != PR_SET_NAME || effects.empty()) return;
  const auto bytes = effects.front().bytes;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  log_.name_thread(now, model_.strings.add(text.substr(0, text.find('\0'))));
}

/// A thread that has no event after others had theirs gave up its turn in a call that has not
/// returned; or it was preempted. Of the thread that had the last turn nothing is known.
void Collector::add_open_calls() {
  for (const ThreadNumber thread : last_events_.numbers()) {
    const LastEvent& last = last_events_[thread];
    if (last.event == kNone || thread == model_.totals.last_thread) continue;
    if (last.kind == EventKind::kPreempt || last.kind == EventKind::kExit) continue;
    log_.still_blocked(thread, last.time, model_.totals.last_time);
  }
}

void Collector::finish() {
  add_open_calls();
  log_.finish(model_.totals.last_time);
  calls_.finish();
}

}  // namespace weft::analysis
