// The look-ups of Analysis: answered by binary search where a table is sorted, else by one scan.
#include <algorithm>

#include "debugger/analysis/pass/request_builder.h"
#include "debugger/analysis/questions/analysis.h"

namespace weft::analysis {

namespace {

/// Logical stacks of programs that await in a cycle, or of wrong tables, end here.
constexpr size_t kMaxFrames = 1000;

/// Number, among the task's segments, of the first one for which `before` is false.
template <class Before>
uint32_t find_segment(const Model& model, const Task& task, Before before) {
  uint32_t low = 0, high = task.segment_count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (before(model.segments[model.segment_of(task, middle)])) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/// What made the task ready and was not followed by a resume; an empty row: nothing.
const ReadyTask& unserved_wake(const Model& model, TaskIndex task) {
  static const ReadyTask kNothing;
  const auto at =
      partition_point(model.ready_tasks, [&](const ReadyTask& ready) { return ready.task < task; });
  const ReadyTask& ready = model.ready_tasks[at];
  return ready.task == task ? ready : kNothing;
}

bool runs_at(const Segment& segment, EventIndex moment) {
  return segment.resumed < moment && (segment.ended == kNone || segment.ended >= moment);
}

/// Part of [from, to] that lies in [begin, end].
Ticks overlap(Ticks from, Ticks to, Ticks begin, Ticks end) {
  const Ticks first = std::max(from, begin), last = std::min(to, end);
  return last > first ? last - first : Ticks{};
}

}  // namespace

const char* state_name(TaskState state) {
  constexpr const char* kNames[] = {"unborn", "created", "running", "paused",
                                    "ready",  "waiting", "ended"};
  return kNames[static_cast<size_t>(state)];
}

SegmentIndex Analysis::last_segment(TaskIndex number, EventIndex moment) const {
  const Task& task = model_->tasks[number];
  const uint32_t behind =
      find_segment(*model_, task, [&](const Segment& s) { return s.resumed < moment; });
  return behind == 0 ? SegmentIndex() : model_->segment_of(task, behind - 1);
}

SegmentIndex Analysis::next_segment(SegmentIndex number) const {
  const Segment& segment = model_->segments[number];
  const Task& task = model_->tasks[segment.task];
  const uint32_t behind =
      find_segment(*model_, task, [&](const Segment& s) { return s.resumed <= segment.resumed; });
  return model_->segment_of(task, behind);
}

SegmentIndex Analysis::segment_resumed_at(EventIndex event) const {
  const auto at =
      partition_point(model_->segments, [&](const Segment& s) { return s.resumed < event; });
  return model_->segments.has(at) && model_->segments[at].resumed == event ? at : SegmentIndex();
}

TaskState Analysis::state(TaskIndex number, EventIndex moment) const {
  const Task& task = model_->tasks[number];
  if (task.created != kNone && task.created >= moment) return TaskState::kUnborn;
  if (task.ended != kNone && task.ended < moment) return TaskState::kEnded;
  if (task.kind == TaskKind::kKernelThread)
    return current_task(task.thread, moment) == number ? TaskState::kRunning : TaskState::kPaused;
  const SegmentIndex last = last_segment(number, moment);
  const Segment& segment = model_->segments[last];
  if (last != kNone && runs_at(segment, moment))
    return current_task(segment.thread, moment) == number ? TaskState::kRunning
                                                          : TaskState::kPaused;
  const SegmentIndex coming = last != kNone ? next_segment(last) : model_->segment_of(task, 0);
  const EventIndex wake = coming == kNone ? unserved_wake(*model_, number).cause_event
                          : model_->segments[coming].cause != Cause::kUnknown
                              ? model_->segments[coming].cause_event
                              : PackedEvent();
  if (wake != kNone && wake < moment) return TaskState::kReady;
  // A handler is not yet to be run: its operation is under way.
  return last == kNone && task.operation == kNone ? TaskState::kCreated : TaskState::kWaiting;
}

Ticks Analysis::ready_since(TaskIndex number, EventIndex moment) const {
  const SegmentIndex last = last_segment(number, moment);
  const SegmentIndex coming =
      last != kNone ? next_segment(last) : model_->segment_of(model_->tasks[number], 0);
  return coming == kNone ? unserved_wake(*model_, number).since : model_->segments[coming].ready;
}

std::vector<TaskIndex> Analysis::alive_at(EventIndex moment) const {
  std::vector<TaskIndex> alive;
  for (const TaskIndex number : model_->tasks.numbers()) {
    const Task& task = model_->tasks[number];
    if (task.created != kNone && task.created >= moment) break;  // tasks are in order of creation
    if (task.ended == kNone || task.ended >= moment) alive.push_back(number);
  }
  return alive;
}

TaskIndex Analysis::current_task(ThreadNumber thread, EventIndex moment) const {
  if (!model_->task_of_thread.has(thread)) return kNone;
  SegmentIndex behind =
      partition_point(model_->segments, [&](const Segment& s) { return s.resumed < moment; });
  constexpr SegmentIndex kFirst(0);
  while (behind > kFirst && model_->segments[behind - 1].thread != thread) --behind;
  SegmentIndex at = behind == kFirst ? SegmentIndex() : behind - 1;
  for (size_t depth = 0; at != kNone && depth < kMaxFrames; ++depth) {
    const Segment& segment = model_->segments[at];
    if (runs_at(segment, moment)) return segment.task;
    at = segment.outer;
  }
  return model_->task_of_thread[thread];
}

std::vector<TaskIndex> Analysis::children(TaskIndex task) const {
  std::vector<TaskIndex> children;
  for (const TaskIndex number : model_->tasks.numbers_from(task + 1)) {
    if (model_->tasks[number].parent == task) children.push_back(number);
  }
  return children;
}

std::vector<LogicalFrame> Analysis::logical_stack(TaskIndex number, EventIndex moment) const {
  std::vector<LogicalFrame> stack;
  while (number != kNone && stack.size() < kMaxFrames) {
    const Task& task = model_->tasks[number];
    const Segment& segment = model_->segments[last_segment(number, moment)];
    const bool stopped = segment.ended != kNone && segment.ended < moment;
    const PlaceIndex place = stopped ? segment.suspend_place : segment.resume_place;
    stack.push_back({number, place != kNone ? place : task.place, state(number, moment)});
    TaskIndex outer = kNone;
    if (task.awaiter != kNone && task.awaited < moment) {
      outer = task.awaiter;
    } else if (task.operation != kNone) {
      outer = model_->operations[task.operation].owner;
    }
    const Task& next = model_->tasks[outer];
    const bool over = next.ended != kNone && next.ended < moment;
    number = over || next.kind == TaskKind::kKernelThread ? kNone : outer;
  }
  return stack;
}

TaskTimes Analysis::times(TaskIndex task) const {
  return times(task, EventIndex(0), kNone);
}

/// Events bound the interval; inside it, ticks are added up.
TaskTimes Analysis::times(TaskIndex number, EventIndex from, EventIndex to) const {
  const Task& task = model_->tasks[number];
  TaskTimes times;
  Ticks waits_since = task.created_time;
  const Ticks end = task.ended != kNone ? task.ended_time : model_->totals.last_time;
  const auto add_pause = [&](Ticks until, Ticks ready) {
    times.waiting += overlap(waits_since, until, waits_since, ready);
    times.ready += overlap(waits_since, until, ready, until);
  };
  for (uint32_t i = 0; i < task.segment_count; ++i) {
    const Segment& segment = model_->segments[model_->segment_of(task, i)];
    if (segment.resumed >= from && segment.resumed <= to) {
      add_pause(segment.start, std::max(segment.ready, waits_since));
      const Ticks life = segment.finish - segment.start;
      const Ticks away = std::min(life, segment.nested + segment.blocked);
      times.running += life - away;
      times.blocked += std::min(life, segment.blocked);
      times.waiting += std::min(life - std::min(life, segment.blocked), segment.nested);
    }
    waits_since = segment.finish;
  }
  if (to == kNone && end > waits_since) times.waiting += end - waits_since;
  return times;
}

std::vector<SegmentIndex> Analysis::woken_by(TaskIndex task) const {
  std::vector<SegmentIndex> woken;
  for (const SegmentIndex number : model_->segments.numbers()) {
    const Segment& segment = model_->segments[number];
    if (segment.cause_task == task && segment.task != task) woken.push_back(number);
  }
  return woken;
}

EventIndex Analysis::next_resume(TaskIndex number, EventIndex event) const {
  const Task& task = model_->tasks[number];
  const uint32_t next =
      find_segment(*model_, task, [&](const Segment& s) { return s.resumed <= event; });
  return model_->segments[model_->segment_of(task, next)].resumed;
}

EventIndex Analysis::previous_resume(TaskIndex number, EventIndex event) const {
  return model_->segments[last_segment(number, event)].resumed;
}

EventIndex Analysis::next_suspend(TaskIndex number, EventIndex event) const {
  const Task& task = model_->tasks[number];
  uint32_t next = find_segment(*model_, task, [&](const Segment& s) { return s.ended <= event; });
  for (; next < task.segment_count; ++next) {
    const Segment& segment = model_->segments[model_->segment_of(task, next)];
    if (segment.end == SegmentEnd::kSuspended) return segment.ended;
  }
  return kNone;
}

EventIndex Analysis::previous_suspend(TaskIndex number, EventIndex event) const {
  const Task& task = model_->tasks[number];
  uint32_t behind = find_segment(*model_, task, [&](const Segment& s) { return s.ended < event; });
  for (; behind > 0; --behind) {
    const Segment& segment = model_->segments[model_->segment_of(task, behind - 1)];
    if (segment.end == SegmentEnd::kSuspended) return segment.ended;
  }
  return kNone;
}

EventIndex Analysis::cause_of(EventIndex resume) const {
  return model_->segments[segment_resumed_at(resume)].cause_event;
}

RequestIndex Analysis::request_of(TaskIndex task, EventIndex moment) const {
  return request_at(*model_, task, trace::event_before(moment));
}

std::vector<TaskIndex> Analysis::tasks_of(RequestIndex request) const {
  std::vector<TaskIndex> tasks;
  const TaskIndex first = model_->requests[request].task;
  for (const TaskIndex number : model_->tasks.numbers()) {
    if (model_->tasks[number].request == request || number == first) tasks.push_back(number);
  }
  return tasks;
}

}  // namespace weft::analysis
