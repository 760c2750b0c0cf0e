#include "debugger/report/text/task_texts.h"

#include <fmt/format.h>

#include <algorithm>

#include "debugger/analysis/model/expressions.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"

namespace weft::report {

namespace {

constexpr size_t kShownFrames = 8;
constexpr size_t kShownOwners = 3;

/// The edge is to one of several that came through a semaphore.
bool is_shared(const WaitGraph& graph, const WaitEdge& edge) {
  const WaitObject* object = graph.object(edge.object);
  return edge.reason == WaitReason::kPassed && object != nullptr && object->many &&
         graph.waiting_of(edge.from).wait == Wait::kLock;
}

/// What the task at the other end of an edge has to do with it.
const char* party_text(WaitReason reason, const Waiting& waiting, bool shared) {
  switch (reason) {
    case WaitReason::kLock:
      return "owned by";
    case WaitReason::kChannel:
      return waiting.writes ? "consumed by" : "produced by";
    case WaitReason::kDriver:
      return "only ever resumed by";
    case WaitReason::kPassed:
      return waiting.wait == Wait::kChannel ? "whose only other user is"
             : shared                       ? "passed by"
                                            : "used last by";
    case WaitReason::kFiberLock:
      return "owned by";
    default:
      return "";
  }
}

std::string tasks_text(const Model& model, const WaitGraph& graph, const Waiting& waiting) {
  std::string text;
  size_t shown = 0;
  for (const uint32_t number : waiting.edges) {
    const WaitEdge& edge = graph.edges()[number];
    if (edge.reason == WaitReason::kTask) continue;
    if (shown++ == kShownOwners) break;
    text += shown == 1
                ? fmt::format(", {} ", party_text(edge.reason, waiting, is_shared(graph, edge)))
                : ", ";
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
  if (call.call == kUnknownCall) return "a call that has not returned";
  const std::string name = inspect::call_name(call.call);
  return call.waited_for == kNone
             ? name
             : fmt::format("{} to end ({})", task_text(model, call.waited_for), name);
}

std::string blocking_text(const Model& model, const BlockedCall& call) {
  if (call.call == kUnknownCall) return "a call that has not returned";
  const std::string name = inspect::call_name(call.call);
  return call.waited_for == kNone
             ? name
             : fmt::format("{} (waits for {} to end)", name, task_text(model, call.waited_for));
}

std::string caller_text(const Analysis& analysis, const BlockedCall& call) {
  const Model& model = analysis.model();
  const EventIndex moment = call.event == kNone ? analysis.total_events() : EventIndex(call.event);
  const PlaceIndex place = model.segments[analysis.last_segment(call.task, moment)].resume_place;
  return with_place(model, call.task, place != kNone ? place : model.tasks[call.task].place);
}

std::string alike_text(const HeldUp& held_up) {
  if (held_up.alike < 2) return "";
  return fmt::format("; {}{} more like it", held_up.all_counted ? "" : "at least ",
                     held_up.alike - 1);
}

namespace {

/// "mutex \"audit\"", "mutex 0x4052e0".
std::string named(const char* what, const ThreadStand& stand) {
  return stand.object_name.empty()
             ? fmt::format("{} {}", what, stand.object.text())
             : fmt::format("{} \"{}\"", what, inspect::printable(stand.object_name));
}

std::string owner_text(const Model& model, const ThreadStand& stand) {
  if (stand.owner) return ", owned by " + task_text(model, model.task_of_thread[*stand.owner]);
  if (stand.readers > 0)
    return fmt::format(", held by {} reader{}; which threads is not known", stand.readers,
                       stand.readers > 1 ? "s" : "");
  if (stand.strange_owner != 0)
    return fmt::format(", owned by thread ID {}, which no thread has at this moment",
                       stand.strange_owner);
  return ", whose owner is not known";
}

}  // namespace

std::string thread_wait_text(const Model& model, const Waiting& waiting) {
  if (waiting.stand == nullptr) return blocked_text(model, *waiting.call);
  const ThreadStand& stand = *waiting.stand;
  const std::string name = inspect::call_name(*stand.call);
  const std::string through =
      fmt::format(" ({}{})", stand.through.empty() ? name : inspect::printable(stand.through),
                  stand.timed ? ", for a limited time" : "");
  switch (stand.kind) {
    case ThreadWaitKind::kMutex:
      return named("mutex", stand) + through + owner_text(model, stand);
    case ThreadWaitKind::kReadWrite:
      return named("read-write lock", stand) + through + owner_text(model, stand);
    case ThreadWaitKind::kCondition:
      return named("a signal on condition variable", stand) + through;
    case ThreadWaitKind::kSemaphore:
      return named("semaphore", stand) + through;
    case ThreadWaitKind::kThread:
      return stand.owner
                 ? task_text(model, model.task_of_thread[*stand.owner]) + " to end" + through
                 : "a thread to end" + through;
    case ThreadWaitKind::kFutex:
      return named("futex", stand) + (stand.through.empty() && !stand.timed ? "" : through);
    case ThreadWaitKind::kOther:
      break;
  }
  return stand.fd >= 0 ? fmt::format("{} on fd {}", name, stand.fd) : name;
}

namespace {

std::string frame_place_text(const StandFrame* frame) {
  if (frame == nullptr) return "";
  return fmt::format("{}:{}", inspect::printable(frame->file.substr(frame->file.rfind('/') + 1)),
                     frame->line);
}

std::string frames_text(const std::vector<StandFrame>& stack) {
  std::string text;
  size_t shown = 0;
  for (const StandFrame& frame : stack) {
    if (frame.library) continue;
    if (++shown > kShownFrames) continue;
    text += fmt::format("{}{} ({})", shown == 1 ? "" : " <- ", inspect::printable(frame.function),
                        frame_place_text(&frame));
  }
  if (shown > kShownFrames) text += fmt::format(" <- {} more", shown - kShownFrames);
  return text;
}

}  // namespace

std::string stand_place_text(const ThreadStand& stand) {
  return frame_place_text(stand.place());
}
std::string stand_place_text(const FiberStand& stand) {
  return frame_place_text(stand.place());
}

std::string thread_stack_text(const ThreadStand& stand) {
  return frames_text(stand.stack);
}
std::string fiber_stack_text(const FiberStand& stand) {
  return frames_text(stand.stack);
}

std::string with_stand(const Model& model, TaskIndex task, const FiberStand& stand) {
  const std::string where = stand_place_text(stand);
  return where.empty() ? task_text(model, task)
                       : fmt::format("{} ({})", task_text(model, task), where);
}

std::string object_text(const Model& model, const WaitGraph& graph, Wait wait, uint64_t object) {
  const StringIndex name = graph.name_of(object);
  if (name != kNone) return fmt::format("{} \"{}\"", wait_name(wait), text_of(model, name));
  return object == 0 ? wait_name(wait) : fmt::format("{} {:#x}", wait_name(wait), object);
}

namespace {

/// "mutex \"orders\" (boost::fibers::mutex::lock)"; the function alone, if that is all.
std::string fiber_wait_text(const FiberStand& stand) {
  const std::string in = inspect::printable(stand.waits_in);
  if (stand.object == 0) return in;
  return stand.object_name.empty()
             ? fmt::format("mutex {:#x} ({})", stand.object, in)
             : fmt::format("mutex \"{}\" ({})", inspect::printable(stand.object_name), in);
}

/// Nobody was ever seen on the other side of a channel.
const char* alone_text(const Waiting& waiting) {
  if (!waiting.alone) return "";
  if (waiting.operation == kNone) return ", which no other task has come through";
  return waiting.writes ? ", from which nobody has ever received"
                        : ", to which nobody has ever sent";
}

}  // namespace

std::string waiting_text(const Model& model, const WaitGraph& graph, const Waiting& waiting) {
  if (waiting.stand != nullptr || waiting.call != nullptr) return thread_wait_text(model, waiting);
  if (waiting.state == TaskState::kReady) return "nothing: it is ready, and was not run";
  if (waiting.exchange != kNone) return "the answer to " + exchange_text(model, waiting.exchange);
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
             (waiting.writes ? " (to put into)" : "") + alone_text(waiting) +
             tasks_text(model, graph, waiting);
    default:
      break;
  }
  if (waiting.operation != kNone) return operation_text(model, waiting.operation);
  if (waiting.fiber != nullptr && !waiting.fiber->waits_in.empty())
    return fiber_wait_text(*waiting.fiber) + tasks_text(model, graph, waiting);
  if (waiting.wait == Wait::kIo) return fmt::format("I/O on fd {}", waiting.object);
  return wait_name(waiting.wait) + tasks_text(model, graph, waiting);
}

const char* cycle_condition(const WaitGraph& graph, const std::vector<uint32_t>& cycle) {
  bool concluded = false, of_one = false;
  for (const uint32_t number : cycle) {
    const WaitEdge& edge = graph.edges()[number];
    if (edge.reason != WaitReason::kPassed) continue;
    concluded = true;
    of_one = of_one || !is_shared(graph, edge);
  }
  if (!concluded) return "";
  return of_one ? ", if who used a lock last has it"
                : ", if none has given back what it came through";
}

std::string edge_text(const Model& model, const WaitGraph& graph, const WaitEdge& edge) {
  const Waiting& waiting = graph.waiting_of(edge.from);
  if (waiting.stand != nullptr || waiting.call != nullptr) {
    const std::string place = waiting.stand != nullptr ? stand_place_text(*waiting.stand) : "";
    return fmt::format("{}{} waits for {}", task_text(model, edge.from),
                       place.empty() ? "" : " (" + place + ")", thread_wait_text(model, waiting));
  }
  const std::string who = waiting.fiber == nullptr ? with_place(model, edge.from, waiting.place)
                                                   : with_stand(model, edge.from, *waiting.fiber);
  const std::string other = task_text(model, edge.to);
  switch (edge.reason) {
    case WaitReason::kLock:
      return fmt::format("{} waits for {}, owned by {}", who,
                         object_text(model, graph, Wait::kLock, edge.object), other);
    case WaitReason::kChannel:
      return fmt::format("{} waits for {}, whose other side is {}", who,
                         object_text(model, graph, Wait::kChannel, edge.object), other);
    case WaitReason::kFiberLock:
      return fmt::format("{} waits for {}, owned by {}", who, fiber_wait_text(*waiting.fiber),
                         other);
    case WaitReason::kPassed:
      if (waiting.wait == Wait::kChannel)
        return fmt::format("{} waits for {}, whose only other user is {}", who,
                           object_text(model, graph, waiting.wait, edge.object), other);
      return fmt::format("{} waits for {}, which {} {}", who,
                         object_text(model, graph, waiting.wait, edge.object),
                         edge.from == edge.to ? "it" : other,
                         is_shared(graph, edge) ? "came through" : "used last");
    case WaitReason::kDriver:
      return fmt::format("{} was only ever resumed by {}", who, other);
    case WaitReason::kThreadEnd:  // of threads: above
    case WaitReason::kThreadLock:
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
