#include "debugger/dap/event_stops.h"

#include <fmt/format.h>

#include <array>

namespace weft::dap {
namespace {

struct EventStop {
  const char* id;
  const char* label;
  const char* filter;  ///< of events; empty: the condition is all of it
  const char* description;
};

constexpr const char* kCondition = "A filter, such as: task ~ fetch && request == 41";

constexpr std::array kEventStops = {
    EventStop{"signal", "Signals and faults", "signal || fault || killed",
              "Before a signal is delivered, and where an instruction faults"},
    EventStop{"task-failed", "Tasks that fail", "task-failed",
              "Before a task ends with an exception"},
    EventStop{"task-cancelled", "Tasks that are cancelled", "task-cancelled",
              "Before a task ends because it is cancelled"},
    EventStop{"request-begin", "Requests that begin", "request-begin",
              "Before the first event of a request"},
    EventStop{"request-end", "Requests that end", "request-end",
              "Before the last event of a request"},
    EventStop{"event", "Events by filter", "",
              "Before each event that the condition takes: write where bytes ~ \"SET key\""},
};

}  // namespace

Json event_stop_filters() {
  Json all = Json::array();
  for (const EventStop& stop : kEventStops)
    all.push_back({{"filter", stop.id},
                   {"label", stop.label},
                   {"description", stop.description},
                   {"default", false},
                   {"supportsCondition", true},
                   {"conditionDescription", kCondition}});
  return all;
}

Result<std::string> event_filter_text(const std::string& filter, const std::string& condition) {
  for (const EventStop& stop : kEventStops) {
    if (filter != stop.id) continue;
    const std::string own = stop.filter;
    if (own.empty() && condition.empty())
      return usage("give it a condition: which events", "write where fd == 1");
    if (own.empty()) return condition;
    return condition.empty() ? own : fmt::format("({}) && ({})", own, condition);
  }
  return usage("there is no such filter");
}

}  // namespace weft::dap
