/// When a place of the run was: bounds from the events around it, and a guess between them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "debugger/spans/span.h"

namespace weft::spans {

/// When something was: not before `earliest`, not after `latest`.
struct PlaceTime {
  Ticks earliest{}, latest{};
  Ticks guess{};  ///< as if the hits between two events were evenly spread
};

class EventTimes {
 public:
  /// `log`: all decoded events.
  explicit EventTimes(std::span<const std::byte> log);

  /// Of every hit, before at(): how many there were between two events.
  void count(EventIndex event, uint32_t ordinal);
  PlaceTime at(const HitPlace& place, ThreadNumber thread) const;
  EventIndex end() const { return EventIndex(finish_.size()); }

 private:
  std::vector<Ticks> finish_;  ///< of each event: when it was written
  std::vector<Ticks> begin_;   ///< when the program came to it: of a call, when it was made
  std::vector<uint32_t> thread_;
  std::vector<uint32_t> hits_;  ///< of each event: in the stretch before it
};

}  // namespace weft::spans
