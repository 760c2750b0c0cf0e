#include "debugger/spans/event_times.h"

#include <algorithm>

#include "replayer/trace/event_view.h"

namespace weft::spans {

EventTimes::EventTimes(std::span<const std::byte> log) {
  for (trace::EventCursor at(log); !at.done(); at.next()) {
    const trace::EventView event = at.event();
    const bool is_call = trace::is_call(event.header().kind);
    const Ticks finish = event.time();
    const Ticks begin = is_call ? event.entry_time().value_or(finish) : finish;
    finish_.push_back(finish);
    begin_.push_back(begin);
    thread_.push_back(event.header().thread);
  }
  hits_.resize(finish_.size() + 1);
}

void EventTimes::count(EventIndex event, uint32_t ordinal) {
  const size_t at = std::min<size_t>(event.value(), finish_.size());
  hits_[at] = std::max(hits_[at], ordinal + 1);
}

PlaceTime EventTimes::at(const HitPlace& place, ThreadNumber thread) const {
  if (finish_.empty()) return {};
  const size_t next = std::min<size_t>(place.event.value(), finish_.size());
  const Ticks earliest = next == 0 ? finish_[0] : finish_[next - 1];
  Ticks latest = finish_.back();
  // The next event may be the end of a call that another thread had made long before.
  if (next < finish_.size())
    latest = thread_[next] == thread.value() ? begin_[next] : finish_[next];
  latest = std::max(latest, earliest);
  const uint64_t width = latest.value() - earliest.value();
  const uint64_t parts = uint64_t{hits_[next]} + 1;
  const uint64_t part = std::min<uint64_t>(place.ordinal + 1, parts);
  return {earliest, latest, Ticks(earliest.value() + width / parts * part)};
}

}  // namespace weft::spans
