/// An EventIndex in 32 bits: what the rows of the model are made of.
///
/// Traces of more than kMaxEvents events are analysed up to there (trace_pass.h), so no event is
/// lost on the way in. It becomes an EventIndex by itself, and compares as one.
#pragma once

#include <compare>
#include <cstdint>

#include "weft/trace/event_index.h"

namespace weft::analysis {

using trace::EventIndex;

/// Events of one trace that are analysed.
inline constexpr EventIndex kMaxEvents(0xfffffff0);

class PackedEvent {
 public:
  constexpr PackedEvent() = default;
  constexpr PackedEvent(None) {}
  constexpr PackedEvent(EventIndex event)
      : number_(event < kMaxEvents ? static_cast<uint32_t>(event.value()) : kNoNumber) {}
  constexpr operator EventIndex() const {
    return number_ == kNoNumber ? EventIndex() : EventIndex(number_);
  }

  friend constexpr bool operator==(PackedEvent, PackedEvent) = default;
  friend constexpr bool operator==(PackedEvent a, EventIndex b) { return EventIndex(a) == b; }
  friend constexpr bool operator==(PackedEvent a, None) { return a.number_ == kNoNumber; }
  friend constexpr auto operator<=>(PackedEvent, PackedEvent) = default;
  friend constexpr auto operator<=>(PackedEvent a, EventIndex b) { return EventIndex(a) <=> b; }
  template <class Json>
  friend void to_json(Json& json, PackedEvent event) {
    json = event.number_;
  }

 private:
  static constexpr uint32_t kNoNumber = 0xffffffff;
  uint32_t number_ = kNoNumber;
};

}  // namespace weft::analysis
