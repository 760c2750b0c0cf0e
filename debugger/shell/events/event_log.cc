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

uint64_t EventLog::offset_of(uint64_t index) const {
  if (index >= count_) return bytes_.size();
  uint64_t offset = offsets_[index / kStride];
  for (uint64_t i = index % kStride; i > 0; --i)
    offset += EventView(bytes_.data() + offset).bytes();
  return offset;
}

EventView EventLog::at(uint64_t index) const {
  return EventView(bytes_.data() + offset_of(index));
}

std::span<const std::byte> EventLog::bytes_before(uint64_t end) const {
  return bytes_.first(offset_of(end));
}

std::optional<uint64_t> EventLog::first(uint64_t from, uint64_t to, const Predicate& wanted) const {
  for (EventCursor at(bytes_.subspan(offset_of(from)), from); !at.done(); at.next()) {
    if (at.index() >= to) break;
    if (wanted(at.index(), at.event())) return at.index();
  }
  return std::nullopt;
}

std::optional<uint64_t> EventLog::last(uint64_t from, uint64_t to, const Predicate& wanted) const {
  uint64_t end = std::min(to, count_);
  while (end > from) {
    const uint64_t begin = std::max(from, (end - 1) / kStride * kStride);
    std::optional<uint64_t> found;
    for (EventCursor at(bytes_.subspan(offset_of(begin)), begin); at.index() < end; at.next()) {
      if (wanted(at.index(), at.event())) found = at.index();
    }
    if (found) return found;
    end = begin;
  }
  return std::nullopt;
}

double EventLog::seconds(uint64_t index) const {
  if (count_ == 0) return 0;
  return inspect::seconds_since_start(at(std::min(index, count_ - 1)).header().time,
                                      info_.start_tsc, info_.tsc_hz);
}

uint64_t EventLog::at_seconds(double seconds) const {
  return first(0, count_,
               [&](uint64_t, const EventView& event) {
                 return inspect::seconds_since_start(event.header().time, info_.start_tsc,
                                                     info_.tsc_hz) >= seconds;
               })
      .value_or(count_);
}

}  // namespace weft::shell
