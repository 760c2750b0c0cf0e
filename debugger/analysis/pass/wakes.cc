#include "debugger/analysis/pass/wakes.h"

namespace weft::analysis {

namespace {

/// Handlers that start further operations for the same task: read_until reads several times.
constexpr int kMaxComposed = 64;

}  // namespace

Wakes::State& Wakes::state(TaskIndex task) {
  states_.fill_up_to(model_.tasks.end(), State{});
  return states_[task];
}

const Waking& Wakes::pending(TaskIndex task) const {
  return states_[task].waking;
}

void Wakes::woken(TaskIndex task, const Waking& waking) {
  Waking& pending = state(task).waking;
  if (pending.cause == Cause::kUnknown || pending.cause == Cause::kChild) pending = waking;
}

void Wakes::child_ended(TaskIndex waiter, const Waking& waking) {
  Waking& pending = state(waiter).waking;
  if (pending.cause == Cause::kUnknown || pending.cause == Cause::kChild) pending = waking;
}

void Wakes::released(uint64_t object, const Waking& waking) {
  releases_[object] = waking;
}

void Wakes::used_up(TaskIndex task) {
  state(task).waking = {};
}

void Wakes::suspended(TaskIndex task, SegmentIndex segment) {
  state(task).last_segment = segment;
}

/// Rule 3: up from `handler` over the operations that handlers have started, until `task` is the
/// one that started it all.
Waking Wakes::operation_behind(TaskIndex task, TaskIndex handler) const {
  for (int depth = 0; depth < kMaxComposed; ++depth) {
    const OperationIndex number = model_.tasks[handler].operation;
    if (number == kNone) break;
    const Operation& operation = model_.operations[number];
    if (operation.owner == task) {
      if (operation.completed == kNone) break;
      return {operation.ready_time, operation.completed, operation.handler, Cause::kOperation};
    }
    handler = operation.owner;
  }
  return {};
}

void Wakes::interested(TaskIndex task, int64_t fd) {
  state(task).fd = static_cast<int32_t>(fd);
}

/// Rule 6.
Waking Wakes::reported(const State& state, const Segment& last, const ThreadState& thread) const {
  const int64_t fd = last.wait == Wait::kIo ? static_cast<int64_t>(last.object) : int64_t{state.fd};
  const Readiness ready = calls_.readiness(fd, last.ended);
  const TaskIndex by = thread.root;
  if (last.wait <= Wait::kIo && ready.event != kNone)
    return {ready.time, ready.event, by, Cause::kDescriptor};
  const bool may_be_timer = last.wait == Wait::kTimer || last.wait == Wait::kUnknown;
  if (may_be_timer && thread.last_wait_timed_out && thread.last_wait != kNone &&
      thread.last_wait > last.ended)
    return {thread.last_wait_time, thread.last_wait, by, Cause::kDescriptor};
  return {};
}

Waking Wakes::cause_of(TaskIndex task, const Occurrence& now, TaskIndex resumer,
                       const ThreadState& thread) const {
  const State& state = states_[task];
  if (state.waking.cause != Cause::kUnknown) return state.waking;
  const bool ran_before = state.last_segment != kNone;
  const Segment& last = model_.segments[state.last_segment];
  if (ran_before && (last.wait == Wait::kLock || last.wait == Wait::kChannel)) {
    const auto release = releases_.find(last.object);
    if (release != releases_.end() && release->second.event > last.ended) return release->second;
  }
  const Task& row = model_.tasks[task];
  if (model_.tasks[resumer].kind != TaskKind::kKernelThread && resumer != task) {
    const Waking operation = operation_behind(task, resumer);
    if (operation.cause != Cause::kUnknown && (!ran_before || operation.event > last.ended))
      return operation;
    // A lazy coroutine is started by the one that awaits it, whatever was current before that.
    const TaskIndex by = !ran_before && row.awaiter != kNone ? row.awaiter : resumer;
    return {now.time, now.event, by, Cause::kResumer};
  }
  if (ran_before && last.wait == Wait::kYield)
    return {last.finish, last.ended, task, Cause::kYield};
  if (!ran_before && row.created != kNone)
    return {row.created_time, row.created, row.parent, Cause::kCreated};
  return reported(state, last, thread);
}

}  // namespace weft::analysis
