/// The way of the program through one segment: every instruction that it came by, written down by
/// the runtime while it stepped (replayer/runtime/steps.h, some 1 us a step).
///
/// What it is good for: a loop may come by a breakpoint a million times between two events. Each
/// stop of a traced process costs some 50 us; a look into the way costs nothing, and the timeline
/// brings a process to any step of it.
///
///   event 7   step 0  1  2  3  4  5  ...             event 8
///   ──┬───────┼───┴──┴──┴──┴──┴─────────────────────┬──
///             a   b  c  b  c  b  d                  a call: the last step
///                 {8, b, 1}   {8, b, 2} is step 3
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "debugger/travel/instant.h"
#include "debugger/travel/process_source.h"
#include "weft/channel/replay_channel.h"

namespace weft::travel {

class SegmentWay {
 public:
  /// `event` is the one that ends the segment.
  SegmentWay(EventIndex event, timeline::Steps steps);

  EventIndex event() const { return event_; }
  /// Where the process comes to by so many steps.
  timeline::Moment moment(uint64_t step) const { return {event_ - 1, step}; }
  uint64_t size() const { return records_.size(); }
  const channel::StepRecord& at(uint64_t step) const { return records_[step]; }

  Instant instant_of(uint64_t step) const;
  /// size() for the event itself; nothing for what is not in this segment.
  std::optional<uint64_t> step_of(const Instant& instant) const;
  /// The steps before `end` with that address and state, in order.
  std::vector<uint64_t> alike(Address address, uint64_t digest, uint64_t end) const;
  /// How often the program came by `address` before `step`.
  uint64_t hits_before(Address address, uint64_t step) const;

 private:
  const std::vector<uint32_t>& steps_at(Address address) const;

  EventIndex event_;
  std::vector<channel::StepRecord> records_;
  std::unordered_map<Address, std::vector<uint32_t>> by_address_;
};

/// The ways that were looked at last.
class SegmentWays {
 public:
  explicit SegmentWays(ProcessSource& source) : source_(source) {}

  /// Of the segment that `event` ends; null if it is too long to be stepped.
  std::shared_ptr<const SegmentWay> of(EventIndex event);
  /// The same if it is known already.
  std::shared_ptr<const SegmentWay> known(EventIndex event) const;

 private:
  struct Entry {
    EventIndex event;
    std::shared_ptr<const SegmentWay> way;  ///< null: too long
  };
  ProcessSource& source_;
  std::vector<Entry> entries_;  ///< the one used last at the end
};

}  // namespace weft::travel
