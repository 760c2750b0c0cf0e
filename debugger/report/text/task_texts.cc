#include "debugger/report/text/task_texts.h"

#include <fmt/format.h>

#include "debugger/analysis/model/expressions.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"

namespace weft::report {

namespace {

constexpr size_t kShownFrames = 8;
constexpr size_t kShownOwners = 3;

/// What the task at the other end of an edge has to do with it.
const char* party_text(WaitReason reason, bool writes) {
  switch (reason) {
    case WaitReason::kLock:
      return "owned by";
    case WaitReason::kChannel:
      return writes ? "consumed by" : "produced by";
    case WaitReason::kDriver:
      return "only ever resumed by";
    case WaitReason::kTask:
      break;
  }
  return "";
}

std::string tasks_text(const Model& model, const WaitGraph& graph, const Waiting& waiting) {
  std::string text;
  size_t shown = 0;
  for (const uint32_t number : waiting.edges) {
    const WaitEdge& edge = graph.edges()[number];
    if (edge.reason == WaitReason::kTask) continue;
    if (shown++ == kShownOwners) break;
    text += shown == 1 ? fmt::format(", {} ", party_text(edge.reason, waiting.writes)) : ", ";
    text += task_text(model, edge.to);
  }
  if (waiting.edges.size() > kShownOwners)
    text += fmt::format(" and {} more", waiting.edges.size() - kShownOwners);
  return text;
}

}  // namespace

std::string with_place(const Model& model, TaskIndex task, PlaceIndex place) {
  const std::string where = place_text(model, place);
  return where.empty() ? task_text(model, task)
                       : fmt::format("{} ({})", task_text(model, task), where);
}

std::string blocked_text(const Model& model, const BlockedCall& call) {
  const std::string name = inspect::call_name(call.call);
  return call.waited_for == kNone
             ? name
             : fmt::format("{} to end ({})", task_text(model, call.waited_for), name);
}

std::string object_text(const Model& model, const WaitGraph& graph, Wait wait, uint64_t object) {
  const StringIndex name = graph.name_of(object);
  if (name != kNone) return fmt::format("{} \"{}\"", wait_name(wait), text_of(model, name));
  return object == 0 ? wait_name(wait) : fmt::format("{} {:#x}", wait_name(wait), object);
}

std::string waiting_text(const Model& model, const WaitGraph& graph, const Waiting& waiting) {
  if (waiting.state == TaskState::kReady) return "nothing: it is ready, and was not run";
  if (waiting.exchange != kNone)
    return "the answer to " + text_of(model, model.exchanges[waiting.exchange].what);
  switch (waiting.wait) {
    case Wait::kTask: {
      const TaskIndex awaited = model.find_task(TaskId(waiting.object));
      return awaited == kNone ? "a task" : "task " + task_text(model, awaited);
    }
    case Wait::kLock:
      return object_text(model, graph, waiting.wait, waiting.object) +
             tasks_text(model, graph, waiting);
    case Wait::kChannel:
      return object_text(model, graph, waiting.wait, waiting.object) +
             (waiting.writes ? " (to put into)" : "") + tasks_text(model, graph, waiting);
    default:
      break;
  }
  if (waiting.operation != kNone) return operation_text(model, waiting.operation);
  if (waiting.wait == Wait::kIo) return fmt::format("I/O on fd {}", waiting.object);
  return wait_name(waiting.wait) + tasks_text(model, graph, waiting);
}

std::string edge_text(const Model& model, const WaitGraph& graph, const WaitEdge& edge,
                      PlaceIndex place) {
  const std::string who = with_place(model, edge.from, place);
  const std::string other = task_text(model, edge.to);
  switch (edge.reason) {
    case WaitReason::kLock:
      return fmt::format("{} waits for {}, owned by {}", who,
                         object_text(model, graph, Wait::kLock, edge.object), other);
    case WaitReason::kChannel:
      return fmt::format("{} waits for {}, whose other side is {}", who,
                         object_text(model, graph, Wait::kChannel, edge.object), other);
    case WaitReason::kDriver:
      return fmt::format("{} was only ever resumed by {}", who, other);
    case WaitReason::kTask:
      break;
  }
  return fmt::format("{} awaits {}", who, other);
}

std::string stack_text(const Analysis& analysis, TaskIndex task, EventIndex moment) {
  const Model& model = analysis.model();
  std::string text;
  const auto stack = analysis.logical_stack(task, moment);
  for (size_t i = 0; i < stack.size() && i < kShownFrames; ++i)
    text += (i == 0 ? "" : " <- ") + with_place(model, stack[i].task, stack[i].place);
  if (stack.size() > kShownFrames) text += fmt::format(" <- {} more", stack.size() - kShownFrames);
  return text;
}

}  // namespace weft::report
