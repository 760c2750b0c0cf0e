#include "debugger/shell/events/event_log.h"

#include <algorithm>

#include "replayer/inspect/event_text.h"

namespace weft::shell {

using trace::EventCursor;
using trace::EventView;

namespace {

/// A walk through the log keeps as much of it in memory.
constexpr uint64_t kKeptBytes = 64u << 20;
/// The signal that ended a program is its last event, or some other thread's come after it.
constexpr uint64_t kEventsAfterKill = 1u << 16;

}  // namespace

uint64_t EventLog::count() const {
  if (count_) return *count_;
  if (!log_.decoded()) return log_.event_count();
  count_ = log_.index().event_count();
  return *count_;
}

uint64_t EventLog::offset_of(EventIndex index) const {
  const auto near = log_.near(index);
  if (!near) return bytes().size();
  uint64_t offset = near->offset;
  for (EventIndex i = near->from; i < index; ++i) offset += EventView(near->log + offset).bytes();
  return offset;
}

EventView EventLog::at(EventIndex index) const {
  return EventView(log_.events_so_far().data() + offset_of(index));
}

std::span<const std::byte> EventLog::bytes_before(EventIndex end) const {
  return bytes().first(offset_of(end));
}

void EventLog::release_before(uint64_t offset, uint64_t& kept_from) const {
  if (offset - kept_from < kKeptBytes) return;
  log_.release(kept_from, offset);
  kept_from = offset;
}

std::optional<EventIndex> EventLog::first(EventIndex from, EventIndex to,
                                          const Predicate& wanted) const {
  const uint64_t begin = offset_of(from);
  const std::span<const std::byte> events = bytes();
  uint64_t offset = begin, kept_from = begin;
  for (EventCursor at(events.subspan(begin), from); !at.done(); at.next()) {
    if (at.index() >= to) break;
    if (wanted(at.index(), at.event())) return at.index();
    offset += at.event().bytes();
    release_before(offset, kept_from);
  }
  return std::nullopt;
}

std::optional<EventIndex> EventLog::last(EventIndex from, EventIndex to,
                                         const Predicate& wanted) const {
  EventIndex behind = std::min(to, end());
  const std::span<const std::byte> events = bytes();
  uint64_t kept_to = offset_of(behind);
  while (behind > from) {
    const EventIndex stride((behind - 1).value() / kStride * kStride);
    const EventIndex begin = std::max(from, stride);
    const uint64_t offset = offset_of(begin);
    std::optional<EventIndex> found;
    for (EventCursor at(events.subspan(offset), begin); at.index() < behind; at.next()) {
      if (wanted(at.index(), at.event())) found = at.index();
    }
    if (found) return found;
    behind = begin;
    if (kept_to - offset < kKeptBytes) continue;
    log_.release(offset, kept_to);
    kept_to = offset;
  }
  return std::nullopt;
}

/// It is among the first events: what is decoded by now may do.
EventIndex EventLog::start() const {
  if (start_) return *start_;
  const auto find = [this](std::span<const std::byte> events) {
    for (EventCursor at(events); !at.done() && !start_; at.next()) {
      if (at.event().kind() == trace::EventKind::kStart) start_ = at.index() + 1;
    }
  };
  find(log_.events_so_far());
  if (!start_) find(bytes());
  start_ = std::min(start_.value_or(EventIndex(1)), end());
  return *start_;
}

std::optional<EventIndex> EventLog::killed() const {
  const EventIndex from(count() - std::min(count(), kEventsAfterKill));
  return last(from, end(), [](EventIndex, const EventView& event) {
    return event.kind() == trace::EventKind::kKilled;
  });
}

double EventLog::seconds(EventIndex index) const {
  if (count() == 0) return 0;
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
