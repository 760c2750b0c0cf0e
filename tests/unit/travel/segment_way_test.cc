#include "debugger/travel/segment_way.h"

#include <gtest/gtest.h>

namespace weft::travel {
namespace {

constexpr EventIndex kEvent(8);

/// The drawing in segment_way.h: a b c b c b d.
timeline::Steps drawn_steps() {
  timeline::Steps steps;
  for (const auto& [address, digest] : std::initializer_list<std::pair<uint64_t, uint64_t>>{
           {0xa, 1}, {0xb, 2}, {0xc, 3}, {0xb, 4}, {0xc, 3}, {0xb, 2}, {0xd, 5}}) {
    steps.records.push_back({address, 0x1000, digest});
  }
  steps.end = {kEvent};
  return steps;
}

TEST(SegmentWay, AnInstantIsTheNthTimeAtAnAddress) {
  const SegmentWay way(kEvent, drawn_steps());
  EXPECT_EQ(way.instant_of(0), (Instant{kEvent, Address(0xa), 1}));
  EXPECT_EQ(way.instant_of(3), (Instant{kEvent, Address(0xb), 2}));
  EXPECT_EQ(way.instant_of(5), (Instant{kEvent, Address(0xb), 3}));
  EXPECT_EQ(way.instant_of(7), (Instant{kEvent}));
}

TEST(SegmentWay, StepsAndInstantsAreInverse) {
  const SegmentWay way(kEvent, drawn_steps());
  for (uint64_t step = 0; step <= way.size(); ++step)
    EXPECT_EQ(way.step_of(way.instant_of(step)), step);
}

TEST(SegmentWay, WhatIsNotInTheSegmentHasNoStep) {
  const SegmentWay way(kEvent, drawn_steps());
  EXPECT_EQ(way.step_of({kEvent + 1}), std::nullopt);
  EXPECT_EQ(way.step_of({kEvent, Address(0xb), 4}), std::nullopt);
  EXPECT_EQ(way.step_of({kEvent, Address(0xe), 1}), std::nullopt);
}

TEST(SegmentWay, AlikeMeansTheSameAddressAndState) {
  const SegmentWay way(kEvent, drawn_steps());
  EXPECT_EQ(way.alike(Address(0xb), 2, way.size()), (std::vector<uint64_t>{1, 5}));
  EXPECT_EQ(way.alike(Address(0xb), 2, 5), (std::vector<uint64_t>{1}));
  EXPECT_EQ(way.alike(Address(0xb), 9, way.size()), std::vector<uint64_t>{});
}

TEST(SegmentWay, HitsBeforeAStepLeaveItOut) {
  const SegmentWay way(kEvent, drawn_steps());
  EXPECT_EQ(way.hits_before(Address(0xb), 3), 1U);
  EXPECT_EQ(way.hits_before(Address(0xb), 4), 2U);
  EXPECT_EQ(way.hits_before(Address(0xe), 7), 0U);
}

/// Counts how often a way is asked for.
class FakeSource : public ProcessSource {
 public:
  Result<std::unique_ptr<StandingProcess>> at(const timeline::Moment&) override {
    return Error{ErrorClass::kUsage, "there are no processes here", ""};
  }
  Result<timeline::Steps> steps_of(EventIndex, uint64_t) override {
    ++asked;
    timeline::Steps steps = drawn_steps();
    if (too_long) steps.end = {kEvent - 1, 7};
    return steps;
  }
  const process::MapEvents& map_events() const override { return maps_; }

  int asked = 0;
  bool too_long = false;

 private:
  process::MapEvents maps_{{}};
};

TEST(SegmentWays, KeepsTheTwoThatWereLookedAtLast) {
  FakeSource source;
  SegmentWays ways(source);
  EXPECT_EQ(ways.known(kEvent), nullptr);
  ASSERT_NE(ways.of(kEvent), nullptr);
  ways.of(EventIndex(20));
  ways.of(kEvent);  // used again, so 20 goes next
  EXPECT_EQ(source.asked, 2);
  ways.of(EventIndex(30));
  EXPECT_NE(ways.known(kEvent), nullptr);
  EXPECT_EQ(ways.known(EventIndex(20)), nullptr);
  EXPECT_NE(ways.known(EventIndex(30)), nullptr);
}

TEST(SegmentWays, ASegmentThatIsTooLongHasNone) {
  FakeSource source;
  source.too_long = true;
  SegmentWays ways(source);
  EXPECT_EQ(ways.of(kEvent), nullptr);
  EXPECT_EQ(ways.of(kEvent), nullptr);
  EXPECT_EQ(source.asked, 1);  // and that is remembered
}

TEST(SegmentWays, NothingComesBeforeTheFirstEvent) {
  FakeSource source;
  SegmentWays ways(source);
  EXPECT_EQ(ways.of(EventIndex(0)), nullptr);
  EXPECT_EQ(source.asked, 0);
}

}  // namespace
}  // namespace weft::travel
