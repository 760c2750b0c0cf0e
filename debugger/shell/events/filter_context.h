/// What filters know of an event from the analysis: its task, its request, where in the source.
///
///   task                 of a hook: the task that it is about; else the one that was running.
///                        Its number, or its name: task == 12, task ~ checkout
///   request              on whose behalf; its number, or its name: request ~ "GET /cart"
///   file, line, function where that task stood: file ~ shop.cc && line == 48
///   place                the same in one: place == shop.cc:48
///   peer                 the address of the other end of the connection: peer == 127.0.0.1:80
///   bytes                what the call moved, and in further lines what that asks for, where weft
///                        knows the protocol: bytes ~ "SET key:.*" finds it in Redis's as well
///   operation            an asynchronous operation begins or is over: operation ~ async_read
///   outcome              of a task or request that ends: outcome == failed
///   thread-switch        another thread ran before
///   wake                 the task that this event made ready to run
///   task-created, task-resumed, task-suspended, task-ended, task-failed, task-cancelled
///                        the task, if its code is the user's (the hooks' own names, such as
///                        task_end, match all tasks)
///   request-begin, request-end
///                        the request
///
/// Names are fields: alone they ask whether the event has one.
#pragma once

#include <memory>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/shell/events/event_filter.h"
#include "debugger/shell/events/event_log.h"
#include "debugger/shell/events/task_steps.h"

namespace weft::shell {

class TraceContext : public FilterContext {
 public:
  TraceContext(const analysis::Analysis& analysis, const EventLog& events)
      : analysis_(analysis), events_(events) {}

  Field field(std::string_view name) const override;
  std::vector<std::string> field_names() const override;
  const TaskSteps& steps() const;

 private:
  using Value = std::optional<FieldValue>;
  struct Row {
    const char* name;
    Value (*get)(const TraceContext&, EventIndex index, const trace::EventView&);
  };
  static const std::vector<Row>& rows();
  template <StepKind kKind>
  static Value step_field(const TraceContext&, EventIndex index, const trace::EventView&);

  analysis::TaskIndex task_of(EventIndex index, const trace::EventView& event) const;
  analysis::PlaceIndex place_of(EventIndex index, const trace::EventView& event) const;
  Value task_value(analysis::TaskIndex task) const;
  Value request_value(analysis::RequestIndex request) const;
  /// What the exchanges that begin at the event ask, each after a line break: "SET key:1".
  std::string message(EventIndex index) const;
  Value peer(EventIndex index, const trace::EventView& event) const;

  const analysis::Analysis& analysis_;
  const EventLog& events_;
  mutable std::unique_ptr<TaskSteps> steps_;  ///< made when first asked for

  struct PeerSpan {
    int fd;
    EventIndex from, to;
    std::string peer;
  };
  mutable std::vector<PeerSpan> peer_spans_;  ///< by descriptor, then by event
  mutable bool peers_known_ = false;
  void find_peers() const;
};

}  // namespace weft::shell
