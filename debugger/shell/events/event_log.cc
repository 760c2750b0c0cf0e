#include "debugger/shell/events/event_log.h"

#include <algorithm>

#include "replayer/inspect/event_text.h"

namespace weft::shell {

using trace::EventCursor;
using trace::EventView;

EventLog::EventLog(session::LogWindow& log, const trace::TraceInfo& info)
    : bytes_(log.events_before(log.bytes())), info_(info) {
  uint64_t offset = 0;
  while (offset < bytes_.size()) {
    if (count_ % kStride == 0) offsets_.push_back(offset);
    offset += EventView(bytes_.data() + offset).bytes();
    ++count_;
  }
}

uint64_t EventLog::offset_of(EventIndex index) const {
  if (index >= end()) return bytes_.size();
  uint64_t offset = offsets_[index.value() / kStride];
  for (uint64_t i = index.value() % kStride; i > 0; --i)
    offset += EventView(bytes_.data() + offset).bytes();
  return offset;
}

EventView EventLog::at(EventIndex index) const {
  return EventView(bytes_.data() + offset_of(index));
}

std::span<const std::byte> EventLog::bytes_before(EventIndex end) const {
  return bytes_.first(offset_of(end));
}

std::optional<EventIndex> EventLog::first(EventIndex from, EventIndex to,
                                          const Predicate& wanted) const {
  for (EventCursor at(bytes_.subspan(offset_of(from)), from); !at.done(); at.next()) {
    if (at.index() >= to) break;
    if (wanted(at.index(), at.event())) return at.index();
  }
  return std::nullopt;
}

std::optional<EventIndex> EventLog::last(EventIndex from, EventIndex to,
                                         const Predicate& wanted) const {
  EventIndex behind = std::min(to, end());
  while (behind > from) {
    const EventIndex stride((behind - 1).value() / kStride * kStride);
    const EventIndex begin = std::max(from, stride);
    std::optional<EventIndex> found;
    for (EventCursor at(bytes_.subspan(offset_of(begin)), begin); at.index() < behind; at.next()) {
      if (wanted(at.index(), at.event())) found = at.index();
    }
    if (found) return found;
    behind = begin;
  }
  return std::nullopt;
}

EventIndex EventLog::start() const {
  const auto start = first(EventIndex(0), end(), [](EventIndex, const EventView& event) {
    return event.kind() == trace::EventKind::kStart;
  });
  return std::min(start.value_or(EventIndex(0)) + 1, end());
}

std::optional<EventIndex> EventLog::killed() const {
  return last(EventIndex(0), end(), [](EventIndex, const EventView& event) {
    return event.kind() == trace::EventKind::kKilled;
  });
}

double EventLog::seconds(EventIndex index) const {
  if (count_ == 0) return 0;
  return info_.seconds_at(at(std::min(index, end() - 1)).time());
}

EventIndex EventLog::at_seconds(double seconds) const {
  return first(EventIndex(0), end(),
               [&](EventIndex, const EventView& event) {
                 return info_.seconds_at(event.time()) >= seconds;
               })
      .value_or(end());
}

}  // namespace weft::shell
