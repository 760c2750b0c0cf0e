#include "debugger/shell/events/event_breakpoints.h"

namespace weft::shell {

int EventBreakpoints::add(EventFilter filter) {
  const int id = next_id_++;
  all_.emplace(id, EventBreakpoint{id, std::move(filter)});
  return id;
}

EventBreakpoint* EventBreakpoints::find(int id) {
  const auto found = all_.find(id);
  return found == all_.end() ? nullptr : &found->second;
}

bool EventBreakpoints::remove(int id) {
  return all_.erase(id) != 0;
}

std::optional<int> EventBreakpoints::match(EventIndex index, const trace::EventView& event) const {
  for (const auto& [id, breakpoint] : all_) {
    if (breakpoint.enabled && breakpoint.filter.takes(index, event)) return id;
  }
  return std::nullopt;
}

std::optional<EventBreakpoints::Match> EventBreakpoints::next(EventIndex from) const {
  if (all_.empty()) return std::nullopt;
  std::map<int, uint64_t> passed;
  std::optional<Match> found;
  events_.first(from, events_.end(), [&](EventIndex index, const trace::EventView& event) {
    const auto id = match(index, event);
    if (!id || passed[*id]++ < all_.at(*id).ignore) return false;
    found = Match{index, *id};
    return true;
  });
  return found;
}

std::optional<EventBreakpoints::Match> EventBreakpoints::previous(EventIndex before) const {
  std::map<int, uint64_t> passed;
  while (!all_.empty()) {
    const auto event =
        events_.last(EventIndex(0), before, [&](EventIndex index, const trace::EventView& view) {
          return match(index, view).has_value();
        });
    if (!event) break;
    const int id = *match(*event, events_.at(*event));
    if (passed[id]++ >= all_.at(id).ignore) return Match{*event, id};
    before = *event;
  }
  return std::nullopt;
}

void EventBreakpoints::note_stop(int id) {
  if (EventBreakpoint* breakpoint = find(id)) {
    ++breakpoint->hits;
    breakpoint->ignore = 0;
  }
}

}  // namespace weft::shell
