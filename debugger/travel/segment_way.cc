#include "debugger/travel/segment_way.h"

#include <algorithm>

namespace weft::travel {
namespace {

/// They take some 150 MB each when they are as long as can be.
constexpr size_t kWaysKept = 2;

}  // namespace

SegmentWay::SegmentWay(EventIndex event, timeline::Steps steps)
    : event_(event), records_(std::move(steps.records)) {
  for (size_t i = 0; i < records_.size(); ++i) {
    by_address_[Address(records_[i].rip)].push_back(static_cast<uint32_t>(i));
  }
}

const std::vector<uint32_t>& SegmentWay::steps_at(Address address) const {
  static const std::vector<uint32_t> kNone;
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? kNone : found->second;
}

Instant SegmentWay::instant_of(uint64_t step) const {
  if (step >= size()) return {event_};
  const Address address(records_[step].rip);
  return {event_, address, hits_before(address, step) + 1};
}

std::optional<uint64_t> SegmentWay::step_of(const Instant& instant) const {
  if (instant.event != event_) return std::nullopt;
  if (instant.before_event()) return size();
  const auto& steps = steps_at(instant.address);
  if (instant.hit == 0 || instant.hit > steps.size()) return std::nullopt;
  return steps[instant.hit - 1] + instant.steps;
}

std::vector<uint64_t> SegmentWay::alike(Address address, uint64_t digest, uint64_t end) const {
  std::vector<uint64_t> steps;
  for (const uint32_t step : steps_at(address)) {
    if (step < end && records_[step].digest == digest) steps.push_back(step);
  }
  return steps;
}

uint64_t SegmentWay::hits_before(Address address, uint64_t step) const {
  const auto& steps = steps_at(address);
  return static_cast<uint64_t>(std::lower_bound(steps.begin(), steps.end(), step) - steps.begin());
}

std::shared_ptr<const SegmentWay> SegmentWays::known(EventIndex event) const {
  for (const Entry& entry : entries_) {
    if (entry.event == event) return entry.way;
  }
  return nullptr;
}

std::shared_ptr<const SegmentWay> SegmentWays::of(EventIndex event) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [event](const Entry& entry) { return entry.event == event; });
  if (found != entries_.end()) {
    std::rotate(found, found + 1, entries_.end());
    return entries_.back().way;
  }
  if (event == EventIndex(0)) return nullptr;
  auto steps = source_.steps_of(event - 1, channel::kStepRecords - 1);
  std::shared_ptr<const SegmentWay> way;
  if (steps && !steps->end.steps && steps->first == 0)
    way = std::make_shared<SegmentWay>(event, std::move(*steps));
  if (entries_.size() == kWaysKept) entries_.erase(entries_.begin());
  entries_.push_back({event, way});
  return way;
}

}  // namespace weft::travel
