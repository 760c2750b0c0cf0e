#include "debugger/shell/events/filter_context.h"

#include <algorithm>
#include <tuple>

#include "debugger/analysis/model/expressions.h"
#include "debugger/connections/tracker/connection_tracker.h"
#include "debugger/report/text/words.h"
#include "weft/trace/hook.h"

namespace weft::shell {
namespace {

using analysis::TaskIndex;
using trace::EventKind;
using trace::EventView;
using trace::HookKind;

/// Which argument of a hook is the task that it is about.
struct HookTask {
  HookKind hook;
  int argument;  ///< kResult: what the hook returned
};
constexpr int kResult = -1;
constexpr HookTask kHookTasks[] = {
    {HookKind::kTaskCreate, kResult}, {HookKind::kTaskResume, 0},  {HookKind::kTaskSuspend, 0},
    {HookKind::kTaskEnd, 0},          {HookKind::kTaskWake, 0},    {HookKind::kTaskAwait, 0},
    {HookKind::kTaskName, 0},         {HookKind::kFiberSwitch, 1},
};

bool is_hook(const EventView& event, HookKind kind) {
  return event.kind() == EventKind::kHook && event.header().call == static_cast<uint16_t>(kind);
}

}  // namespace

TaskIndex TraceContext::task_of(EventIndex index, const EventView& event) const {
  if (event.kind() == EventKind::kHook) {
    for (const HookTask& row : kHookTasks) {
      if (!is_hook(event, row.hook)) continue;
      const analysis::TaskId id(row.argument == kResult
                                    ? static_cast<uint64_t>(event.header().result)
                                    : event.argument(static_cast<unsigned>(row.argument)));
      const TaskIndex task = analysis_.model().find_task(id);
      if (task != kNone) return task;
    }
  }
  return analysis_.current_task(trace::ThreadNumber(event.header().thread), index);
}

/// Where a step says that the task stands; else where it went on last.
analysis::PlaceIndex TraceContext::place_of(EventIndex index, const EventView& event) const {
  for (const StepKind kind : {StepKind::kCreated, StepKind::kResumed, StepKind::kSuspended,
                              StepKind::kCancelled, StepKind::kEnded}) {
    const TaskStep* step = steps().find(index, kind);
    if (step != nullptr && step->place != kNone) return step->place;
  }
  const TaskIndex task = task_of(index, event);
  if (task == kNone) return kNone;
  const auto segment = analysis_.last_segment(task, index);
  const auto place = analysis_.model().segments[segment].resume_place;
  return place != kNone ? place : analysis_.model().tasks[task].place;
}

TraceContext::Value TraceContext::task_value(TaskIndex task) const {
  if (task == kNone) return std::nullopt;
  const analysis::TaskId id = analysis_.model().tasks[task].id;
  FieldValue value = text_value(analysis::task_name(analysis_.model(), task));
  if (id != kNone) value.number = static_cast<int64_t>(id.value());
  return value;
}

TraceContext::Value TraceContext::request_value(analysis::RequestIndex request) const {
  if (request == kNone) return std::nullopt;
  return FieldValue{request.value() + int64_t{1}, report::request_text(analysis_.model(), request)};
}

const TaskSteps& TraceContext::steps() const {
  if (steps_ == nullptr) steps_ = std::make_unique<TaskSteps>(analysis_);
  return *steps_;
}

void TraceContext::find_peers() const {
  peers_known_ = true;
  connections::ConnectionTracker tracker({.max_exchanges = 0});
  events_.first(EventIndex(0), events_.end(), [&](EventIndex index, const EventView& event) {
    tracker.add(index, event);
    return false;
  });
  for (uint32_t i = 0; i < tracker.connections().size(); ++i) {
    const connections::Connection& connection = tracker.connections()[i];
    if (connection.peer.empty()) continue;
    peer_spans_.push_back({connection.fd, EventIndex(connection.opened.event),
                           connection.closed ? EventIndex(connection.closed.event) : events_.end(),
                           std::string(connection.peer)});
  }
  std::sort(peer_spans_.begin(), peer_spans_.end(), [](const PeerSpan& a, const PeerSpan& b) {
    return std::tie(a.fd, a.from) < std::tie(b.fd, b.from);
  });
}

/// Of an accept: the connection that it makes.
TraceContext::Value TraceContext::peer(EventIndex index, const EventView& event) const {
  static const Field fd_of = event_field("fd");
  const auto fd = fd_of(index, event);
  if (!fd) return std::nullopt;
  if (!peers_known_) find_peers();
  for (const int64_t wanted : {event.header().result, *fd->number}) {
    const auto behind =
        std::upper_bound(peer_spans_.begin(), peer_spans_.end(), std::pair(wanted, index),
                         [](const std::pair<int64_t, EventIndex>& at, const PeerSpan& span) {
                           return at < std::pair(int64_t{span.fd}, span.from);
                         });
    if (behind == peer_spans_.begin()) continue;
    const PeerSpan& span = *(behind - 1);
    const bool made_here = wanted != *fd->number;
    if (span.fd == wanted && index <= span.to && (!made_here || span.from == index))
      return text_value(span.peer);
  }
  return std::nullopt;
}

std::string TraceContext::message(EventIndex index) const {
  const analysis::Model& model = analysis_.model();
  const auto at = analysis::partition_point(
      model.exchanges, [&](const analysis::Exchange& exchange) { return exchange.first < index; });
  std::string text;
  for (auto i = at; model.exchanges[i].first == index; ++i)
    text += "\n" + std::string(model.strings[model.exchanges[i].what]);
  return text;
}

template <StepKind kKind>
TraceContext::Value TraceContext::step_field(const TraceContext& context, EventIndex index,
                                             const EventView& /*event*/) {
  const TaskStep* step = context.steps().find(index, kKind);
  if (step == nullptr) return std::nullopt;
  return kKind == StepKind::kRequestBegin || kKind == StepKind::kRequestEnd
             ? context.request_value(step->request)
             : context.task_value(step->task);
}

const std::vector<TraceContext::Row>& TraceContext::rows() {
  using Context = TraceContext;
  static const std::vector<Row> rows = {
      {"task", [](const Context& c, EventIndex i,
                  const EventView& e) { return c.task_value(c.task_of(i, e)); }},
      {"request",
       [](const Context& c, EventIndex i, const EventView& e) -> Value {
         for (const StepKind kind : {StepKind::kRequestBegin, StepKind::kRequestEnd}) {
           if (const TaskStep* step = c.steps().find(i, kind))
             return c.request_value(step->request);
         }
         const TaskIndex task = c.task_of(i, e);
         if (task == kNone) return std::nullopt;
         return c.request_value(c.analysis_.request_of(task, i));
       }},
      {"file",
       [](const Context& c, EventIndex i, const EventView& e) -> Value {
         const auto place = c.place_of(i, e);
         if (place == kNone) return std::nullopt;
         const auto& model = c.analysis_.model();
         return text_value(std::string(model.strings[model.places[place].file]));
       }},
      {"line",
       [](const Context& c, EventIndex i, const EventView& e) -> Value {
         const auto place = c.place_of(i, e);
         if (place == kNone) return std::nullopt;
         return number_value(c.analysis_.model().places[place].line);
       }},
      {"function",
       [](const Context& c, EventIndex i, const EventView& e) -> Value {
         const auto place = c.place_of(i, e);
         if (place == kNone) return std::nullopt;
         const auto& model = c.analysis_.model();
         return text_value(
             std::string(analysis::short_function(model.strings[model.places[place].function])));
       }},
      {"place",
       [](const Context& c, EventIndex i, const EventView& e) -> Value {
         std::string place = report::place_text(c.analysis_.model(), c.place_of(i, e));
         return place.empty() ? Value() : text_value(std::move(place));
       }},
      {"bytes",
       [](const Context& c, EventIndex i, const EventView& e) -> Value {
         static const Field raw = event_field("bytes");
         Value bytes = raw(i, e);
         if (bytes) *bytes->text += c.message(i);
         return bytes;
       }},
      {"peer", [](const Context& c, EventIndex i, const EventView& e) { return c.peer(i, e); }},
      {"operation",
       [](const Context& c, EventIndex, const EventView& e) -> Value {
         const bool begins = is_hook(e, HookKind::kOperationStart);
         if (!begins && !is_hook(e, HookKind::kOperationComplete)) return std::nullopt;
         const analysis::TaskId id(begins ? static_cast<uint64_t>(e.header().result)
                                          : e.argument(0));
         return c.task_value(c.analysis_.model().find_task(id));
       }},
      {"outcome",
       [](const Context& c, EventIndex i, const EventView&) -> Value {
         const auto& model = c.analysis_.model();
         if (const TaskStep* step = c.steps().find(i, StepKind::kEnded))
           return text_value(report::outcome_name(model.tasks[step->task].outcome));
         if (const TaskStep* step = c.steps().find(i, StepKind::kRequestEnd))
           return text_value(report::request_outcome(model, step->request));
         return std::nullopt;
       }},
      {"thread-switch",
       [](const Context& c, EventIndex i, const EventView& e) -> Value {
         if (i == EventIndex(0) || c.events_.at(i - 1).header().thread == e.header().thread)
           return std::nullopt;
         return number_value(e.header().thread);
       }},
      {"wake", step_field<StepKind::kWoken>},
      {"task-created", step_field<StepKind::kCreated>},
      {"task-resumed", step_field<StepKind::kResumed>},
      {"task-suspended", step_field<StepKind::kSuspended>},
      {"task-ended", step_field<StepKind::kEnded>},
      {"task-failed", step_field<StepKind::kFailed>},
      {"task-cancelled", step_field<StepKind::kCancelled>},
      {"request-begin", step_field<StepKind::kRequestBegin>},
      {"request-end", step_field<StepKind::kRequestEnd>},
  };
  return rows;
}

Field TraceContext::field(std::string_view name) const {
  for (const Row& row : rows()) {
    if (name == row.name) {
      return [this, get = row.get](EventIndex index, const EventView& event) {
        return get(*this, index, event);
      };
    }
  }
  return nullptr;
}

std::vector<std::string> TraceContext::field_names() const {
  std::vector<std::string> names;
  for (const Row& row : rows()) names.emplace_back(row.name);
  return names;
}

}  // namespace weft::shell
