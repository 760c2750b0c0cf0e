// Inside a segment: single steps, forward and back.
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/timeline/process_state.h"
#include "tests/unit/timeline/recordings.h"

namespace weft::timeline {
namespace {

/// Events whose segments have more than `least` steps; some are counted, from the end.
std::vector<EventIndex> segments_with_steps(Timeline& timeline, size_t least) {
  std::vector<EventIndex> found;
  for (EventIndex event = timeline.end() - 1; event-- > EventIndex(0) && found.size() < 5;) {
    const auto steps = timeline.steps_of(event, 5000);
    EXPECT_TRUE(steps) << steps.error().message;
    if (steps->records.size() > least) found.push_back(event);
  }
  return found;
}

class AnyStep : public testing::TestWithParam<const char*> {};

TEST_P(AnyStep, IsTheSameStateEachTimeAndOnTheWayThatWasWrittenDown) {
  const auto timeline = open_timeline(GetParam());
  std::mt19937 random(4711);
  for (const EventIndex event : segments_with_steps(*timeline, 3)) {
    const auto steps = timeline->steps_of(event, 5000);
    ASSERT_TRUE(steps);
    for (int i = 0; i < 6; ++i) {
      const uint64_t step = random() % (steps->records.size() - 1);
      const auto one = timeline->go_to({event, step}), again = timeline->go_to({event, step});
      ASSERT_TRUE(one && again);
      ASSERT_TRUE((*one)->in_program());
      EXPECT_EQ((*one)->moment(), (Moment{event, step}));
      EXPECT_EQ((*one)->channel().stop.program_ip, steps->records[step].rip);
      EXPECT_EQ(ProcessState::of(**one), ProcessState::of(**again));
    }
  }
}

TEST_P(AnyStep, AfterStepsTheReplayGoesOnExactly) {
  const auto timeline = open_timeline(GetParam());
  for (const EventIndex event : segments_with_steps(*timeline, 3)) {
    const auto steps = timeline->steps_of(event, 5000);
    ASSERT_TRUE(steps);
    const auto stepped = timeline->go_to({event, steps->records.size() - 1});
    ASSERT_TRUE(stepped);
    for (const EventIndex later : {event + 1, timeline->end()}) {
      const Status arrived = (*stepped)->run_to({later});
      ASSERT_TRUE(arrived) << arrived.error().message;
      const auto direct = timeline->go_to({later});
      ASSERT_TRUE(direct);
      EXPECT_EQ((*stepped)->moment(), (*direct)->moment());
      EXPECT_EQ(ProcessState::of(**stepped), ProcessState::of(**direct))
          << "event " << event.value();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Guests, AnyStep,
                         testing::Values("mutex", "spin_counts", "signal_in_counting_loops",
                                         "segv_repaired", "flags_across_call", "live_vectors",
                                         "exec_self", "rdtsc"),
                         [](const auto& guest) { return std::string(guest.param); });

TEST(Steps, ASegmentThatIsShorterEndsBeforeTheNextEvent) {
  const auto timeline = open_timeline("mutex");
  const EventIndex event = segments_with_steps(*timeline, 3).front();
  const auto focus = timeline->go_to({event, 1'000'000});
  ASSERT_TRUE(focus);
  EXPECT_FALSE((*focus)->in_program());
  EXPECT_EQ((*focus)->moment(), Moment{event + 1});
}

TEST(Steps, OfALongSegmentLeaveCheckpoints) {
  const auto timeline = open_timeline("long_computation");
  EventIndex event = timeline->end() - 1;
  Result<Steps> steps = timeline->steps_of(event, 300'000);
  while (steps && steps->records.size() < 300'001 && event > EventIndex(0)) {
    steps = timeline->steps_of(--event, 300'000);
  }
  ASSERT_TRUE(steps) << steps.error().message;
  ASSERT_EQ(steps->records.size(), 300'001u);
  for (const uint64_t step : {199'999, 130'000, 300'000, 12}) {
    const auto focus = timeline->go_to({event, step});
    ASSERT_TRUE(focus);
    EXPECT_EQ((*focus)->channel().stop.program_ip, steps->records[step].rip);
  }
}

}  // namespace
}  // namespace weft::timeline
