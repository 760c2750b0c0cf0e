#include "debugger/process/map_events.h"

#include <algorithm>

#include "replayer/trace/event_view.h"

namespace weft::process {

using trace::EventKind;

MapEvents::MapEvents(std::span<const std::byte> log) {
  size_t announced = 0;  // changes_ from here on are made by the call that follows
  for (trace::EventCursor at(log); !at.done(); at.next()) {
    const trace::EventView event = at.event();
    switch (event.kind()) {
      case EventKind::kExec:
        changes_.push_back({kNone, Address(0), Address(UINT64_MAX)});
        break;
      case EventKind::kMap: {
        const auto [record, path] = event.map();
        if ((record.flags & trace::kMapInPlace) == 0)
          changes_.push_back(
              {kNone, Address(record.address), Address(record.address + record.length)});
        break;
      }
      case EventKind::kData:
      case EventKind::kFile:
      case EventKind::kUnusual:
        break;
      default:
        for (; announced < changes_.size(); ++announced)
          changes_[announced].moment = at.index() + 1;
    }
  }
  changes_.resize(announced);
}

size_t MapEvents::first_behind(EventIndex moment) const {
  const auto found = std::upper_bound(
      changes_.begin(), changes_.end(), moment,
      [](EventIndex value, const Change& change) { return value < change.moment; });
  return static_cast<size_t>(found - changes_.begin());
}

EventIndex MapEvents::next(EventIndex after, const std::set<Address>& addresses) const {
  if (addresses.empty()) return kNone;
  for (size_t i = first_behind(after); i < changes_.size(); ++i) {
    const auto inside = addresses.lower_bound(changes_[i].address);
    if (inside != addresses.end() && *inside < changes_[i].end) return changes_[i].moment;
  }
  return kNone;
}

bool MapEvents::replaced(Address address, EventIndex from, EventIndex to) const {
  for (size_t i = first_behind(from); i < changes_.size() && changes_[i].moment <= to; ++i) {
    if (address >= changes_[i].address && address < changes_[i].end) return true;
  }
  return false;
}

}  // namespace weft::process
