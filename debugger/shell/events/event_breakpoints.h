/// Breakpoints on events: found by looking through the trace, in either direction.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "debugger/shell/events/event_filter.h"
#include "debugger/shell/events/event_log.h"

namespace weft::shell {

struct EventBreakpoint {
  int id;
  EventFilter filter;
  bool enabled = true;
  uint64_t ignore = 0;                  ///< so many more matches are passed over
  uint64_t hits = 0;                    ///< stops so far
  std::vector<std::string> commands{};  ///< run at each stop
  std::string condition{};              ///< an expression of the program's that must be true there
};

class EventBreakpoints {
 public:
  explicit EventBreakpoints(const EventLog& events) : events_(events) {}

  int add(EventFilter filter);
  EventBreakpoint* find(int id);
  bool remove(int id);
  const std::map<int, EventBreakpoint>& all() const { return all_; }

  struct Match {
    EventIndex event;
    int id;
  };
  /// The first match at `from` or after it; the last one before `before`.
  std::optional<Match> next(EventIndex from) const;
  std::optional<Match> previous(EventIndex before) const;
  /// Counts a stop there.
  void note_stop(int id);

 private:
  std::optional<int> match(EventIndex index, const trace::EventView& event) const;

  const EventLog& events_;
  std::map<int, EventBreakpoint> all_;
  int next_id_ = 1;
};

}  // namespace weft::shell
