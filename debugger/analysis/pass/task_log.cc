#include "debugger/analysis/pass/task_log.h"

#include <algorithm>
#include <utility>

namespace weft::analysis {

namespace {

/// Blocked calls that are listed one by one: shorter ones are only added up. Ticks, about 0.4 ms.
constexpr Ticks kListedBlock(1u << 20);
constexpr int kMaxNestedTasks = 4096;

ThreadNumber logged_thread(ThreadNumber thread) {
  return thread < kMaxLoggedThreads ? thread : ThreadNumber(0);
}

}  // namespace

ThreadState& TaskLog::state_of(const Occurrence& now) {
  const ThreadNumber number = logged_thread(now.thread);
  threads_.make_room_for(number);
  if (threads_[number].root == kNone) begin_thread(now, kNone);
  return threads_[number];
}

TaskIndex TaskLog::begin_thread(const Occurrence& now, TaskIndex parent) {
  const ThreadNumber number = logged_thread(now.thread);
  threads_.make_room_for(number);
  if (threads_[number].root != kNone) return threads_[number].root;
  Task task;
  task.created = now.event;
  task.created_time = now.time;
  task.parent = parent;
  task.kind = TaskKind::kKernelThread;
  task.thread = number;
  const TaskIndex root = model_.tasks.add(task);
  open_.add(kNone);
  threads_[number].root = root;
  model_.task_of_thread.fill_up_to(number + 1, kNone);
  model_.task_of_thread[number] = root;
  return root;
}

void TaskLog::end_thread(const Occurrence& now) {
  Task& task = model_.tasks[state_of(now).root];
  task.ended = now.event;
  task.ended_time = now.time;
  task.outcome = Outcome::kDone;
}

void TaskLog::leave_other_threads(const Occurrence& now) {
  for (const ThreadNumber number : threads_.numbers()) {
    const TaskIndex root = threads_[number].root;
    if (root == kNone || number == now.thread || model_.tasks[root].ended != kNone) continue;
    end_thread({now.event, now.time, number});
  }
}

TaskIndex TaskLog::create(const Occurrence& now, const Creation& what) {
  // IDs come from one counter, and each is told by an event of its own.
  if (what.id.value() > now.event.value() + 1) {
    ++model_.totals.odd_events;
    return kNone;
  }
  return create_replayed(now, what);
}

TaskIndex TaskLog::create_replayed(const Occurrence& now, const Creation& what) {
  if (what.id == kNone || model_.find_task(what.id) != kNone) {
    ++model_.totals.odd_events;
    return kNone;
  }
  Task task;
  task.id = what.id;
  task.created = now.event;
  task.created_time = now.time;
  task.parent = what.parent != kNone ? what.parent : state_of(now).root;
  task.kind = what.kind;
  task.place = what.place;
  task.thread = now.thread;
  const TaskIndex row = model_.tasks.add(task);
  open_.add(kNone);
  model_.task_of_id.fill_up_to(what.id + 1, kNone);
  model_.task_of_id[what.id] = row;
  return row;
}

void TaskLog::current_is(const Occurrence& now, TaskIndex task) {
  ThreadState& state = state_of(now);
  if (state.leaving != kNone && state.leaving != task) state.leaving = kNone;
}

TaskIndex TaskLog::current(const Occurrence& now) {
  const ThreadState& state = state_of(now);
  if (state.leaving != kNone) return state.leaving;
  return state.innermost != kNone ? model_.segments[state.innermost].task : state.root;
}

void TaskLog::begin_segment(const Occurrence& now, TaskIndex task, TaskIndex resumer,
                            const Waking& waking) {
  ThreadState& state = state_of(now);
  Segment segment;
  segment.start = segment.finish = now.time;
  segment.ready =
      waking.cause != Cause::kUnknown && waking.time < now.time ? waking.time : now.time;
  segment.resumed = now.event;
  segment.task = task;
  segment.resumer = resumer;
  segment.outer = state.innermost;
  segment.cause_event = waking.event;
  segment.cause_task = waking.by;
  segment.cause = waking.cause;
  segment.thread = now.thread;
  const SegmentIndex number = model_.segments.add(segment);
  open_[task] = number;
  state.innermost = number;
  state.leaving = kNone;
  ++model_.tasks[task].segment_count;
  ++model_.totals.resumes;
  model_.totals.unknown_causes += waking.cause == Cause::kUnknown;
  wakes_.used_up(task);
}

/// Ends a segment, and those inside of it whose ends were not told.
void TaskLog::close_segment(const Occurrence& now, SegmentIndex number, SegmentEnd end) {
  Occurrence there = now;
  there.thread = model_.segments[number].thread;
  ThreadState& state = state_of(there);
  for (int depth = 0; state.innermost != kNone && depth < kMaxNestedTasks; ++depth) {
    const SegmentIndex at = state.innermost;
    Segment& segment = model_.segments[at];
    segment.finish = now.time;
    segment.ended = now.event;
    segment.end = at == number ? end : SegmentEnd::kLost;
    open_[segment.task] = kNone;
    state.innermost = segment.outer;
    if (segment.outer != kNone)
      model_.segments[segment.outer].nested += segment.finish - segment.start;
    wakes_.suspended(segment.task, at);
    if (at == number) return;
    ++model_.totals.odd_events;
  }
}

void TaskLog::resume(const Occurrence& now, TaskIndex task, PlaceIndex place, TaskIndex previous) {
  if (task == kNone || model_.tasks[task].outcome != Outcome::kOpen) {
    ++model_.totals.odd_events;
    return;
  }
  current_is(now, previous);
  if (open_segment(task) != kNone) close_segment(now, open_segment(task), SegmentEnd::kLost);
  const TaskIndex resumer = previous != kNone ? previous : state_of(now).root;
  begin_segment(now, task, resumer, wakes_.cause_of(task, now, resumer, state_of(now)));
  model_.segments[open_[task]].resume_place = place;
}

void TaskLog::suspend(const Occurrence& now, TaskIndex task, PlaceIndex place, Wait wait,
                      uint64_t object) {
  const SegmentIndex number = task == kNone ? SegmentIndex() : open_segment(task);
  if (number == kNone) {
    ++model_.totals.odd_events;
    return;
  }
  Segment& segment = model_.segments[number];
  segment.suspend_place = place;
  segment.wait = wait;
  segment.object = object;
  close_segment(now, number, SegmentEnd::kSuspended);
  state_of(now).leaving = task;
  if (wait != Wait::kTask) return;
  const TaskIndex awaited = model_.find_task(TaskId(object));
  if (awaited != kNone && model_.tasks[awaited].awaiter == kNone) await(now, task, awaited);
}

void TaskLog::await(const Occurrence& now, TaskIndex waiter, TaskIndex task) {
  if (task == kNone) return;
  model_.tasks[task].awaiter = waiter;
  model_.tasks[task].awaited = now.event;
}

void TaskLog::end(const Occurrence& now, TaskIndex task, Outcome outcome, StringIndex what) {
  if (task == kNone || model_.tasks[task].outcome != Outcome::kOpen) {
    ++model_.totals.odd_events;
    return;
  }
  ThreadState& state = state_of(now);
  if (state.leaving == task) state.leaving = kNone;
  if (open_segment(task) != kNone) {
    close_segment(now, open_segment(task), SegmentEnd::kEnded);
    state.leaving = kNone;  // it ran inside this task
  }
  const TaskIndex ended_by = current(now);
  Task& row = model_.tasks[task];
  row.ended = now.event;
  row.ended_time = now.time;
  row.outcome = outcome;
  row.what = what;
  row.ended_by = ended_by;
  if (row.awaiter != kNone && open_segment(row.awaiter) == kNone)
    wakes_.child_ended(row.awaiter, {now.time, now.event, task, Cause::kChild});
}

void TaskLog::wake(const Occurrence& now, TaskIndex task, TaskIndex by, Cause cause, Ticks ready) {
  if (task == kNone) {
    ++model_.totals.odd_events;
    return;
  }
  wakes_.woken(task, {ready, now.event, by, cause});
}

void TaskLog::hold(const Occurrence& now, const Hold& what) {
  model_.holds.add(what);
  if (what.kind >= HoldKind::kRelease && what.kind <= HoldKind::kConsume)
    wakes_.released(what.object, {now.time, now.event, what.task, Cause::kRelease});
}

void TaskLog::switch_fiber(const Occurrence& now, TaskIndex from, TaskIndex to) {
  if (from != kNone && open_segment(from) != kNone)
    close_segment(now, open_segment(from), SegmentEnd::kSuspended);
  const TaskIndex resumer = from != kNone ? from : current(now);
  state_of(now).leaving = kNone;
  state_of(now).left_fiber = from;
  if (to == kNone || model_.tasks[to].outcome != Outcome::kOpen) return;
  if (open_segment(to) != kNone) close_segment(now, open_segment(to), SegmentEnd::kLost);
  Waking waking = wakes_.cause_of(to, now, resumer, state_of(now));
  const bool told = waking.cause != Cause::kUnknown && waking.cause != Cause::kResumer &&
                    waking.cause != Cause::kCreated;
  if (!told) waking = {now.time, now.event, resumer, Cause::kSwitch};
  begin_segment(now, to, resumer, waking);
}

TaskIndex TaskLog::take_left_fiber(const Occurrence& now) {
  return std::exchange(state_of(now).left_fiber, kNone);
}

void TaskLog::blocked(const Occurrence& now, Ticks start, uint16_t call, TaskIndex waited_for) {
  if (start >= now.time) return;
  const ThreadState& state = state_of(now);
  if (waited_for != kNone) await(now, current(now), waited_for);
  BlockedCall row{start, now.time, now.event, state.root, now.thread, call, waited_for};
  if (state.innermost == kNone) {
    if (waited_for != kNone || now.time - start >= kListedBlock) model_.blocked_calls.add(row);
    return;
  }
  Segment& segment = model_.segments[state.innermost];
  row.start = std::max(start, segment.start);
  row.task = segment.task;
  if (row.start >= now.time) return;
  segment.blocked += now.time - row.start;
  if (now.time - row.start >= kListedBlock || waited_for != kNone) model_.blocked_calls.add(row);
}

void TaskLog::unsure(const Occurrence& now, Ticks since, uint16_t call) {
  const ThreadState& state = state_of(now);
  if (state.innermost == kNone) return;
  const Segment& segment = model_.segments[state.innermost];
  const Ticks start = std::max(since, segment.start);
  if (start < now.time && now.time - start >= kListedBlock)
    model_.unsure_calls.add({start, now.time, now.event, segment.task, now.thread, call, kNone});
}

void TaskLog::still_blocked(ThreadNumber thread, Ticks start, Ticks end) {
  if (!threads_.has(thread) || threads_[thread].root == kNone) return;
  const ThreadState& state = threads_[thread];
  if (model_.tasks[state.root].ended != kNone) return;
  BlockedCall row{start, end, kNone, state.root, thread, kUnknownCall, kNone};
  if (state.innermost != kNone) {
    Segment& segment = model_.segments[state.innermost];
    row.task = segment.task;
    row.start = std::max(start, segment.start);
    segment.blocked += end - row.start;
  }
  model_.blocked_calls.add(row);
}

void TaskLog::waited(const Occurrence& now, bool timed_out) {
  ThreadState& state = state_of(now);
  state.last_wait_timed_out = timed_out;
  state.leaving = kNone;
  state.last_wait = now.event;
  state.last_wait_time = now.time;
}

void TaskLog::finish(Ticks last_time) {
  for (const TaskIndex task : model_.tasks.numbers()) {
    if (open_[task] != kNone) {
      Segment& segment = model_.segments[open_[task]];
      segment.finish = last_time;
      if (segment.outer != kNone)
        model_.segments[segment.outer].nested += last_time - segment.start;
    }
    const Waking& waking = wakes_.pending(task);
    if (waking.cause != Cause::kUnknown && model_.tasks[task].outcome == Outcome::kOpen)
      model_.ready_tasks.add({waking.time, task, waking.event, waking.by, waking.cause});
  }
  sort_segments();
}

/// Counting sort: segments are in the order of time already.
void TaskLog::sort_segments() {
  SegmentRank first(0);
  for (const TaskIndex task : model_.tasks.numbers()) {
    model_.tasks[task].first_segment = first;
    first = first + model_.tasks[task].segment_count;
    model_.tasks[task].segment_count = 0;
  }
  model_.segment_order.fill_up_to(first, kNone);
  for (const SegmentIndex number : model_.segments.numbers()) {
    Task& task = model_.tasks[model_.segments[number].task];
    model_.segment_order[task.first_segment + task.segment_count++] = number;
  }
}

}  // namespace weft::analysis
