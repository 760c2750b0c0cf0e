// What cancelled a task, and in which race.
#include "debugger/analysis/questions/cancellation.h"

#include <cerrno>

#include "debugger/analysis/questions/critical_path.h"
#include "debugger/analysis/questions/statistics.h"
#include "tests/unit/analysis/async_fixture.h"

namespace weft::analysis::test {
namespace {

class CancelledTasks : public AsyncTest {
 protected:
  /// As Asio's `co_await (body || body)` tells it: an operator's coroutine, and for each body an
  /// entry point that awaits it, started while the operator's coroutine is suspended.
  struct Race {
    uint64_t racer, group;
    std::vector<uint64_t> bodies, entries, operations;
  };
  Race race(const std::string& sign, const std::vector<std::string>& names) {
    Race made;
    made.racer = create("look_up");
    resume(made.racer);
    for (const auto& name : names) made.bodies.push_back(create(name, made.racer));
    made.group = create("T boost::asio::operator" + sign + "(A, B)", made.racer);
    await(made.racer, made.group);
    suspend(made.racer, place("look_up", 21), WEFT_WAIT_TASK, made.group);
    resume(made.group, made.racer);
    suspend(made.group, 0, WEFT_WAIT_TASK);
    for (size_t i = 0; i < names.size(); ++i) start_member(made, i, names[i]);
    return made;
  }

  void start_member(Race& race, size_t number, const std::string& name) {
    const uint64_t entry = create("void boost::asio::detail::co_spawn_entry_point()", race.group);
    resume(entry, race.group);
    if (awaits_are_told_) await(entry, race.bodies[number]);
    suspend(entry, 0, awaits_are_told_ ? WEFT_WAIT_TASK : WEFT_WAIT_UNKNOWN,
            awaits_are_told_ ? race.bodies[number] : 0);
    resume(race.bodies[number], entry);
    suspend(race.bodies[number], place(name, 12), WEFT_WAIT_IO);
    race.operations.push_back(start_operation("socket.async_receive", race.bodies[number], 77, 5));
    race.entries.push_back(entry);
  }

  void finish(const Race& race, size_t member, uint32_t outcome) {
    const uint64_t handler = race.operations[member];
    complete(handler, outcome == WEFT_CANCELLED ? ECANCELED : 0);
    resume(handler);
    resume(race.bodies[member], handler, place("body", 12));
    end(race.bodies[member], outcome);
    resume(race.entries[member], handler);
    end(race.entries[member]);
    end(handler);
  }

  bool awaits_are_told_ = true;

  Cancellation of(const Analysis& analysis, uint64_t task) {
    return Cancellations(analysis).of(analysis.find_task(TaskId(task)));
  }
};

TEST_F(CancelledTasks, TheMemberThatFinishedFirstDidIt) {
  const Race ours = race("||", {"fetch", "pause"}), others = race("||", {"fetch", "pause"});
  finish(ours, 1, WEFT_DONE);
  finish(others, 0, WEFT_DONE);  // ended last before ours, and has nothing to do with it
  finish(ours, 0, WEFT_CANCELLED);
  finish(others, 1, WEFT_CANCELLED);
  const Analysis analysis = analyse();
  const Cancellation found = of(analysis, ours.bodies[0]);
  EXPECT_EQ(found.by, analysis.find_task(TaskId(ours.bodies[1])));
  EXPECT_EQ(found.racer, analysis.find_task(TaskId(ours.racer)));
  EXPECT_EQ(analysis.model().places[found.place].line, 12u);
  EXPECT_EQ(analysis.model().places[found.race_place].line, 21u);
  EXPECT_EQ(of(analysis, others.bodies[1]).by, analysis.find_task(TaskId(others.bodies[0])));
}

TEST_F(CancelledTasks, AwaitsThatWereNotToldAreFound) {
  awaits_are_told_ = false;
  const Race made = race("||", {"fetch", "pause"});
  finish(made, 1, WEFT_DONE);
  finish(made, 0, WEFT_CANCELLED);
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  EXPECT_EQ(model.tasks[analysis.find_task(TaskId(made.bodies[0]))].awaiter,
            analysis.find_task(TaskId(made.entries[0])));
  EXPECT_EQ(of(analysis, made.bodies[0]).by, analysis.find_task(TaskId(made.bodies[1])));
}

TEST_F(CancelledTasks, ASchedulerThatHandsOverAwaitsNobody) {
  const uint64_t one = create("one"), other = create("other");
  resume(one);
  suspend(one);
  resume(other, one);  // in the await_suspend of `one`
  const Analysis analysis = analyse();
  EXPECT_EQ(analysis.model().tasks[analysis.find_task(TaskId(other))].awaiter, kNone);
}

TEST_F(CancelledTasks, AtTheNextAwaitWhereTheWaitWasOverBefore) {
  const Race made = race("||", {"fetch", "pause"});
  complete(made.operations[0]);
  finish(made, 1, WEFT_DONE);
  resume(made.operations[0]);
  resume(made.bodies[0], made.operations[0], place("fetch", 12));
  end(made.bodies[0], WEFT_CANCELLED);
  const Analysis analysis = analyse();
  EXPECT_EQ(of(analysis, made.bodies[0]).by, analysis.find_task(TaskId(made.bodies[1])));
}

TEST_F(CancelledTasks, AFailureEndsNoAlternative) {
  const Race made = race("||", {"first", "second", "third"});
  finish(made, 0, WEFT_FAILED);
  finish(made, 1, WEFT_DONE);
  finish(made, 2, WEFT_CANCELLED);
  const Analysis analysis = analyse();
  EXPECT_EQ(of(analysis, made.bodies[2]).by, analysis.find_task(TaskId(made.bodies[1])));
}

TEST_F(CancelledTasks, OnlyAFailureEndsAllTogether) {
  const Race made = race("&&", {"first", "second", "third"});
  finish(made, 0, WEFT_DONE);
  finish(made, 1, WEFT_FAILED);
  finish(made, 2, WEFT_CANCELLED);
  const Analysis analysis = analyse();
  EXPECT_EQ(of(analysis, made.bodies[2]).by, analysis.find_task(TaskId(made.bodies[1])));
}

TEST_F(CancelledTasks, WhoCancelledTheOperationDidIt) {
  const Race made = race("||", {"fetch", "pause"});
  const uint64_t closer = create("closer");
  resume(closer);
  hook(HookKind::kOperationCancel, {77, closer}, {"close"});
  finish(made, 1, WEFT_DONE);
  finish(made, 0, WEFT_CANCELLED);
  const Analysis analysis = analyse();
  EXPECT_EQ(of(analysis, made.bodies[0]).by, analysis.find_task(TaskId(closer)));
}

TEST_F(CancelledTasks, ASignalNamesItsOperation) {
  const uint64_t stopper = create("stopper"), one = create("one"), other = create("other");
  std::vector<uint64_t> operations;
  for (const uint64_t task : {one, other}) {
    resume(task);
    suspend(task, place("wait", 9), WEFT_WAIT_TIMER);
    operations.push_back(start_operation("deadline_timer.async_wait", task, 77));
  }
  resume(stopper);
  hook(HookKind::kOperationCancel, {operations[0], stopper}, {"emit"});
  suspend(stopper);
  complete(operations[0], ECANCELED);
  complete(operations[1], ECANCELED);  // of the same timer, and by nobody that is known
  for (const uint64_t task : {one, other}) {
    resume(operations[task == other]);
    resume(task, operations[task == other], place("wait", 9));
    end(task, WEFT_CANCELLED);
  }
  const Analysis analysis = analyse();
  EXPECT_EQ(of(analysis, one).by, analysis.find_task(TaskId(stopper)));
  EXPECT_EQ(of(analysis, other).by, kNone);
}

TEST_F(CancelledTasks, ASignalThatTheLibraryEmitsIsTheRaces) {
  const Race made = race("||", {"fetch", "pause"});
  const uint64_t handler = made.operations[1];
  complete(handler);
  resume(handler);
  resume(made.bodies[1], handler);
  end(made.bodies[1]);
  resume(made.entries[1], handler);
  hook(HookKind::kOperationCancel, {made.operations[0], made.entries[1]}, {"emit"});
  end(made.entries[1]);
  finish(made, 0, WEFT_CANCELLED);
  const Analysis analysis = analyse();
  const Cancellation found = of(analysis, made.bodies[0]);
  EXPECT_EQ(found.by, analysis.find_task(TaskId(made.bodies[1])));
  EXPECT_EQ(found.racer, analysis.find_task(TaskId(made.racer)));
}

TEST_F(CancelledTasks, TheTimeBeforeIsThatOfWhoCancelled) {
  const uint64_t root = create("root"), loser = create("loser", root),
                 winner = create("winner", root);
  std::vector<uint64_t> operations;
  resume(root);
  await(root, loser);
  suspend(root, 0, WEFT_WAIT_TASK, loser);
  for (const uint64_t task : {loser, winner}) {
    resume(task);
    suspend(task, place("wait", 9), WEFT_WAIT_TIMER);
    operations.push_back(start_operation("deadline_timer.async_wait", task));
  }
  at(30);
  complete(operations[1]);
  resume(operations[1]);
  resume(winner, operations[1]);
  hook(HookKind::kOperationCancel, {operations[0], winner}, {"emit"});
  end(winner);
  end(operations[1]);
  complete(operations[0], ECANCELED);
  resume(operations[0]);
  resume(loser, operations[0]);
  end(loser, WEFT_CANCELLED);
  resume(root);
  end(root);
  const Analysis analysis = analyse();
  Ticks loser_waits{}, winner_waits{};
  for (const CriticalStep& step :
       critical_path(analysis, RequestGroups(analysis.model()), RequestIndex(0))) {
    if (step.task == analysis.find_task(TaskId(loser))) loser_waits += step.to - step.from;
    if (step.task == analysis.find_task(TaskId(winner))) winner_waits += step.to - step.from;
  }
  EXPECT_LT(analysis.seconds(loser_waits), 0.001);
  EXPECT_NEAR(analysis.seconds(winner_waits), 0.030, 0.001);
}

TEST_F(CancelledTasks, NobodyIsGuessed) {
  const uint64_t server = create("server");
  resume(server);
  const uint64_t session = create("session", server), other = create("session", server);
  resume(other, server);
  end(other);
  resume(session, server);
  suspend(session, place("session", 7), WEFT_WAIT_IO);
  const uint64_t read = start_operation("socket.async_receive", session, 77, 5);
  complete(read, ECANCELED);
  resume(read);
  resume(session, read, place("session", 7));
  end(session, WEFT_CANCELLED);
  const Analysis analysis = analyse();
  EXPECT_EQ(of(analysis, session).by, kNone);
  EXPECT_EQ(analysis.model().places[of(analysis, session).place].line, 7u);
}

TEST_F(CancelledTasks, WhatNeverRanIsWhatTheOthersWentOnTo) {
  for (int i = 0; i < 4; ++i) {
    const uint64_t racer = create("racer");
    resume(racer);
    const uint64_t fetch = create("fetch", racer);
    resume(fetch, racer);
    suspend(fetch, place("fetch", 12), WEFT_WAIT_IO);
    if (i == 3) {
      end(fetch, WEFT_CANCELLED);
      continue;
    }
    resume(fetch);
    const uint64_t set = create("Cache::set", fetch);
    suspend(fetch, place("fetch", 13), WEFT_WAIT_TASK, set);
    resume(fetch);
    end(fetch);
  }
  const Analysis analysis = analyse();
  for (const ExpressionFigures& figures : figures(analysis)) {
    if (expression_name(analysis.model(), figures.expression) != "fetch") continue;
    EXPECT_EQ(figures.started, 4u);
    EXPECT_EQ(figures.done, 3u);
    ASSERT_EQ(figures.cancelled_at.size(), 1u);
    const CancelledAt& cancelled = figures.cancelled_at.front();
    EXPECT_EQ(analysis.model().places[cancelled.never_reached].line, 13u);
    EXPECT_EQ(expression_name(analysis.model(), cancelled.never_ran), "Cache::set");
    EXPECT_EQ(expression_name(analysis.model(), cancelled.by), "racer");
    return;
  }
  FAIL() << "no figures of fetch";
}

}  // namespace
}  // namespace weft::analysis::test
