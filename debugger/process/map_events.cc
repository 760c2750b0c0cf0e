#include "debugger/process/map_events.h"

#include <algorithm>

#include "replayer/trace/event_view.h"

namespace weft::process {

using trace::EventKind;

std::vector<MapEvents::Change> MapEvents::changes_in(std::span<const trace::LogStretch> log) {
  std::vector<Change> changes;
  size_t announced = 0;  // changes from here on are made by the call that follows
  const auto look_at = [&](EventIndex index, const trace::EventView& event) {
    switch (event.kind()) {
      case EventKind::kExec:
        changes.push_back({kNone, Address(0), Address(UINT64_MAX)});
        break;
      case EventKind::kMap: {
        const auto [record, path] = event.map();
        if ((record.flags & trace::kMapInPlace) == 0)
          changes.push_back(
              {kNone, Address(record.address), Address(record.address + record.length)});
        break;
      }
      case EventKind::kData:
      case EventKind::kFile:
      case EventKind::kUnusual:
        break;
      default:
        for (; announced < changes.size(); ++announced) changes[announced].moment = index + 1;
    }
  };
  for (const trace::LogStretch& stretch : log) {
    for (trace::EventCursor at(stretch.events, stretch.first); !at.done(); at.next())
      look_at(at.index(), at.event());
  }
  changes.resize(announced);
  return changes;
}

const std::vector<MapEvents::Change>& MapEvents::changes() const {
  if (!changes_) changes_ = log_ ? changes_in(log_()) : std::vector<Change>();
  return *changes_;
}

size_t MapEvents::first_behind(EventIndex moment) const {
  const auto found = std::upper_bound(
      changes().begin(), changes().end(), moment,
      [](EventIndex value, const Change& change) { return value < change.moment; });
  return static_cast<size_t>(found - changes().begin());
}

EventIndex MapEvents::next(EventIndex after, const std::set<Address>& addresses) const {
  if (addresses.empty()) return kNone;
  for (size_t i = first_behind(after); i < changes().size(); ++i) {
    const auto inside = addresses.lower_bound(changes()[i].address);
    if (inside != addresses.end() && *inside < changes()[i].end) return changes()[i].moment;
  }
  return kNone;
}

bool MapEvents::replaced(Address address, EventIndex from, EventIndex to) const {
  for (size_t i = first_behind(from); i < changes().size() && changes()[i].moment <= to; ++i) {
    if (address >= changes()[i].address && address < changes()[i].end) return true;
  }
  return false;
}

}  // namespace weft::process
