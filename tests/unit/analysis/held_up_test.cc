// Tasks that were ready and did not run, and what held the thread.
#include "debugger/analysis/threads/held_up.h"

#include "debugger/analysis/questions/wait_graph.h"
#include "tests/unit/analysis/async_fixture.h"

namespace weft::analysis::test {
namespace {

class HeldUpTasks : public AsyncTest {};

TEST_F(HeldUpTasks, WhoeverRanMeanwhileHeldTheThread) {
  const uint64_t reply = create("reply"), shorter = create("shorter"), parse = create("parse");
  resume(reply);
  suspend(reply);
  at(10);
  wake(reply);
  resume(shorter);
  at(12);
  end(shorter);
  resume(parse);
  at(40);
  end(parse);
  const EventIndex moment = resume(reply);
  at(41);
  suspend(reply);
  const Analysis analysis = analyse();
  const WaitGraph graph(analysis, moment);
  const Waiting& waiting = graph.waiting_of(analysis.find_task(TaskId(reply)));
  EXPECT_EQ(waiting.state, TaskState::kReady);
  EXPECT_NEAR(analysis.seconds_at(waiting.since), 0.010, 1e-6) << "since it was woken";
  const auto longest = longest_held_up(analysis.model(), 5, Ticks(0));
  ASSERT_FALSE(longest.empty());
  EXPECT_EQ(analysis.model().segments[longest[0].segment].task, analysis.find_task(TaskId(reply)));
  EXPECT_NEAR(analysis.seconds(longest[0].ready), 0.030, 1e-6);
  EXPECT_EQ(longest[0].holder, analysis.find_task(TaskId(parse)));
  EXPECT_NEAR(analysis.seconds(longest[0].held), 0.028, 1e-6);
}

TEST_F(HeldUpTasks, OnlyLongOnes) {
  const uint64_t task = create("task");
  at(1);
  resume(task);
  const Analysis analysis = analyse();
  EXPECT_EQ(longest_held_up(analysis.model(), 5, Ticks(0)).size(), 1u);
  EXPECT_TRUE(longest_held_up(analysis.model(), 5, Ticks(3 * kTicksInAMillisecond)).empty());
}

TEST_F(HeldUpTasks, ReadyBehindACallThatBlocks) {
  const uint64_t handler = create("handler");
  std::vector<uint64_t> waiting;
  for (int i = 0; i < 12; ++i) waiting.push_back(create("waiting"));
  resume(handler);
  at(40);
  call(SYS_futex, {0x4000, 128, 0}, 0, 10.0);
  end(handler);
  for (const uint64_t task : waiting) {
    resume(task);
    end(task);
  }
  const uint64_t later = create("later");
  at(50);
  resume(later);
  const Analysis analysis = analyse();
  ASSERT_EQ(analysis.model().blocked_calls.size(), 1u);
  EXPECT_EQ(
      ready_behind(analysis.model(), analysis.model().blocked_calls[RowIndex<BlockedCall>(0)]),
      12u);
}

}  // namespace
}  // namespace weft::analysis::test
