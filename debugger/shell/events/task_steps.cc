#include "debugger/shell/events/task_steps.h"

#include <algorithm>
#include <tuple>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/questions/cancellation.h"

namespace weft::shell {

using analysis::Model;
using analysis::Outcome;
using analysis::Segment;
using analysis::Task;
using analysis::TaskKind;

bool is_users(const Model& model, analysis::TaskIndex number) {
  const Task& task = model.tasks[number];
  return task.id != kNone && task.kind != TaskKind::kHandler &&
         !analysis::is_internal(model, number);
}

TaskSteps::TaskSteps(const analysis::Analysis& analysis) {
  add_tasks(analysis);
  add_segments(analysis.model());
  add_requests(analysis.model());
  std::sort(steps_.begin(), steps_.end(), [](const TaskStep& a, const TaskStep& b) {
    return std::tie(a.event, a.kind, a.task, a.request) <
           std::tie(b.event, b.kind, b.task, b.request);
  });
}

void TaskSteps::add_tasks(const analysis::Analysis& analysis) {
  const Model& model = analysis.model();
  const analysis::Cancellations cancellations(analysis);
  for (const analysis::TaskIndex number : model.tasks.numbers()) {
    const Task& task = model.tasks[number];
    if (!is_users(model, number)) continue;
    if (task.created != kNone)
      steps_.push_back({task.created, StepKind::kCreated, number, task.place});
    if (task.ended == kNone) continue;
    const auto last = analysis.last_segment(number, task.ended);
    analysis::PlaceIndex place = last == kNone ? task.place : model.segments[last].resume_place;
    if (task.outcome == Outcome::kCancelled) {
      place = cancellations.of(number).place;
      steps_.push_back({task.ended, StepKind::kCancelled, number, place});
    }
    if (task.outcome == Outcome::kFailed)
      steps_.push_back({task.ended, StepKind::kFailed, number, place});
    steps_.push_back({task.ended, StepKind::kEnded, number, place});
  }
}

void TaskSteps::add_segments(const Model& model) {
  for (const analysis::SegmentIndex i : model.segments.numbers()) {
    const Segment& segment = model.segments[i];
    if (segment.task == kNone || !is_users(model, segment.task)) continue;
    steps_.push_back({segment.resumed, StepKind::kResumed, segment.task, segment.resume_place});
    if (segment.cause_event != kNone && segment.cause != analysis::Cause::kCreated)
      steps_.push_back({segment.cause_event, StepKind::kWoken, segment.task, kNone});
    if (segment.end == analysis::SegmentEnd::kSuspended && segment.ended != kNone)
      steps_.push_back({segment.ended, StepKind::kSuspended, segment.task, segment.suspend_place});
  }
}

/// Root tasks are no requests that anybody asks for: their task's steps say the same.
void TaskSteps::add_requests(const Model& model) {
  for (const analysis::RequestIndex i : model.requests.numbers()) {
    const analysis::Request& request = model.requests[i];
    if (request.kind == analysis::RequestKind::kRootTask) continue;
    if (request.begin != kNone)
      steps_.push_back({request.begin, StepKind::kRequestBegin, kNone, kNone, i});
    if (request.end != kNone)
      steps_.push_back({request.end, StepKind::kRequestEnd, kNone, kNone, i});
  }
}

std::span<const TaskStep> TaskSteps::at(trace::EventIndex event) const {
  const auto first = std::partition_point(
      steps_.begin(), steps_.end(), [event](const TaskStep& step) { return step.event < event; });
  auto last = first;
  while (last != steps_.end() && last->event == event) ++last;
  return {first, last};
}

const TaskStep* TaskSteps::find(trace::EventIndex event, StepKind kind) const {
  for (const TaskStep& step : at(event)) {
    if (step.kind == kind) return &step;
  }
  return nullptr;
}

}  // namespace weft::shell
