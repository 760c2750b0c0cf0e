// Any moment, in any order: the same moment is the same state of the program each time.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/unit/timeline/process_state.h"
#include "tests/unit/timeline/recordings.h"

namespace weft::timeline {
namespace {

class AnyMoment : public testing::TestWithParam<const char*> {};

TEST_P(AnyMoment, IsTheSameStateEachTime) {
  const auto timeline = open_timeline(GetParam());
  std::mt19937 random(4711);
  std::vector<EventIndex> moments;
  for (int i = 0; i < 25; ++i) moments.emplace_back(random() % (timeline->end().value() + 1));
  std::map<EventIndex, ProcessState> seen;
  for (int i = 0; i < 60; ++i) {
    const EventIndex event = moments[random() % moments.size()];
    const auto focus = timeline->go_to({event});
    ASSERT_TRUE(focus) << focus.error().message;
    EXPECT_EQ((*focus)->moment(), Moment{event});
    const ProcessState state = ProcessState::of(**focus);
    const auto [at, is_new] = seen.emplace(event, state);
    EXPECT_TRUE(is_new || at->second == state)
        << "event " << event.value() << ": " << at->second.difference(state);
  }
}

INSTANTIATE_TEST_SUITE_P(Guests, AnyMoment,
                         testing::Values("mutex", "thread_churn", "spin_counts", "live_vectors",
                                         "signal_in_counting_loops", "nested_masks",
                                         "fibers_ucontext", "fork_exec_wait", "exec_self",
                                         "file_map_shared", "two_shared_mappings",
                                         "shared_memory_sysv", "malloc_churn", "crash_in_thread"),
                         [](const auto& guest) { return std::string(guest.param); });

}  // namespace
}  // namespace weft::timeline
