// Why a task was ready to run, and what made it so.
#include "debugger/analysis/questions/wait_graph.h"
#include "tests/unit/analysis/async_fixture.h"

namespace weft::analysis::test {
namespace {

class Causes : public AsyncTest {
 protected:
  /// The last segment of the task.
  static const Segment& last(const Analysis& analysis, uint64_t id) {
    const TaskIndex task = analysis.find_task(TaskId(id));
    EXPECT_NE(task, kNone);
    return analysis.model().segments[analysis.last_segment(task, kNone)];
  }
  static uint64_t id_of(const Analysis& analysis, TaskIndex task) {
    return analysis.model().tasks[task].id.value();
  }
};

TEST_F(Causes, AWakeIsTheCause) {
  const uint64_t sleeper = create("sleeper"), waker = create("waker");
  resume(sleeper);
  suspend(sleeper);
  resume(waker);
  at(10);
  const EventIndex woken = wake(sleeper, waker);
  wake(sleeper, waker);  // the first one counts
  suspend(waker);
  at(25);
  resume(sleeper);
  const Analysis analysis = analyse();
  const Segment& segment = last(analysis, sleeper);
  EXPECT_EQ(segment.cause, Cause::kWake);
  EXPECT_EQ(segment.cause_event, woken);
  EXPECT_EQ(id_of(analysis, segment.cause_task), waker);
  EXPECT_NEAR(analysis.seconds(segment.start - segment.ready), 0.015, 1e-6);
}

TEST_F(Causes, TheEndOfTheAwaitedTask) {
  const uint64_t parent = create("parent");
  resume(parent);
  const uint64_t child = create("child", parent);
  await(parent, child);
  suspend(parent, 0, WEFT_WAIT_TASK, child);
  resume(child, parent);
  const EventIndex ended = end(child);
  resume(parent, child);
  const Analysis analysis = analyse();
  EXPECT_EQ(last(analysis, child).cause, Cause::kResumer);
  EXPECT_EQ(id_of(analysis, last(analysis, child).cause_task), parent);
  EXPECT_EQ(last(analysis, parent).cause, Cause::kChild);
  EXPECT_EQ(last(analysis, parent).cause_event, ended);
}

TEST_F(Causes, WhoAwaitsALazyTaskStartsIt) {
  const uint64_t parent = create("parent");
  const uint64_t handler = start_operation("timer.async_wait", parent);
  complete(handler);
  resume(handler);
  resume(parent, handler);
  const uint64_t child = create("child", parent);
  await(parent, child);
  suspend(parent, 0, WEFT_WAIT_TASK, child);
  resume(child, handler);  // symmetric transfer: the handler is current again
  const Analysis analysis = analyse();
  EXPECT_EQ(last(analysis, child).cause, Cause::kResumer);
  EXPECT_EQ(id_of(analysis, last(analysis, child).cause_task), parent);
}

TEST_F(Causes, TheOperationBehindAHandlerThatResumes) {
  const uint64_t session = create("session");
  resume(session);
  suspend(session, 0, WEFT_WAIT_IO, 7);
  const uint64_t read = start_operation("async_read_some", session, 0, 7);
  at(30);
  const EventIndex reported = call(SYS_epoll_wait, {5, 0x100, 128, 60000}, 1, 1.0);
  at(31);
  const EventIndex completed = complete(read, 0, 12);
  resume(read);
  resume(session, read);
  const Analysis analysis = analyse();
  const Segment& segment = last(analysis, session);
  EXPECT_EQ(segment.cause, Cause::kOperation);
  EXPECT_EQ(segment.cause_event, completed);
  EXPECT_EQ(id_of(analysis, segment.cause_task), read);
  EXPECT_NEAR(analysis.seconds(segment.start - segment.ready), 0.001, 1e-6);  // since epoll_wait
  EXPECT_EQ(analysis.model().operations[OperationIndex(0)].reported, reported);
}

TEST_F(Causes, AComposedOperation) {
  const uint64_t session = create("session");
  resume(session);
  suspend(session);
  const uint64_t first = start_operation("async_read_some", session, 0, 7);
  complete(first);
  resume(first);
  const uint64_t second = start_operation("async_read_some", first, 0, 7);
  end(first);
  const EventIndex completed = complete(second);
  resume(second);
  resume(session, second);
  const Analysis analysis = analyse();
  EXPECT_EQ(last(analysis, session).cause, Cause::kOperation);
  EXPECT_NE(last(analysis, session).cause_event, kNone);
  EXPECT_GE(completed, last(analysis, session).cause_event);
}

TEST_F(Causes, AReleasedLock) {
  const uint64_t owner = create("owner"), waiter = create("waiter");
  resume(owner);
  hold(0x77, WEFT_ACQUIRE, owner, "mutex");
  suspend(owner);
  resume(waiter);
  suspend(waiter, 0, WEFT_WAIT_LOCK, 0x77);
  resume(owner);
  const EventIndex released = hold(0x77, WEFT_RELEASE, owner);
  suspend(owner);
  resume(waiter);
  const Analysis analysis = analyse();
  EXPECT_EQ(last(analysis, waiter).cause, Cause::kRelease);
  EXPECT_EQ(last(analysis, waiter).cause_event, released);
  EXPECT_EQ(id_of(analysis, last(analysis, waiter).cause_task), owner);
}

TEST_F(Causes, UnknownIsCounted) {
  const uint64_t task = create("task");
  resume(task);
  suspend(task);
  resume(task);
  const Analysis analysis = analyse();
  EXPECT_EQ(last(analysis, task).cause, Cause::kUnknown);
  EXPECT_EQ(analysis.model().totals.resumes, 2u);
  EXPECT_EQ(analysis.model().totals.unknown_causes, 1u);
}

TEST_F(Causes, Fibers) {
  const uint64_t fiber = create("", 0, WEFT_TASK_FIBER);
  const uint64_t other = create("", 0, WEFT_TASK_FIBER);
  hook(HookKind::kFiberSwitch, {0, fiber});
  at(5);
  hook(HookKind::kFiberSwitch, {fiber, other});
  at(8);
  end(other);
  hook(HookKind::kFiberSwitch, {other, 0});
  const Analysis analysis = analyse();
  EXPECT_EQ(last(analysis, other).cause, Cause::kSwitch);
  EXPECT_EQ(id_of(analysis, last(analysis, other).cause_task), fiber);
  EXPECT_NEAR(analysis.seconds(analysis.times(analysis.find_task(TaskId(fiber))).running), 0.005,
              1e-6);
}

TEST_F(Causes, AFiberWaitsForWhatIsStartedBehindIt) {
  const uint64_t handler = start_operation("io_context.execute", 0);
  const uint64_t fiber = create("", 0, WEFT_TASK_FIBER);
  resume(handler);
  hook(HookKind::kFiberSwitch, {0, fiber});
  hook(HookKind::kFiberSwitch, {fiber, 0});
  const uint64_t read = start_operation("socket.async_receive", handler, 0, 7);
  const uint64_t other = start_operation("socket.async_send", handler, 0, 8);  // the handler's own
  end(handler);
  const EventIndex moment = next_event();
  const EventIndex completed = complete(read);
  resume(read);
  hook(HookKind::kFiberSwitch, {0, fiber});
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  EXPECT_EQ(last(analysis, fiber).cause, Cause::kOperation);
  EXPECT_EQ(last(analysis, fiber).cause_event, completed);
  EXPECT_EQ(id_of(analysis, model.tasks[analysis.find_task(TaskId(other))].parent), handler);
  const WaitGraph graph(analysis, moment);
  for (const Waiting& waiting : graph.waiting()) {
    if (waiting.task != analysis.find_task(TaskId(fiber))) continue;
    EXPECT_EQ(waiting.operation, model.tasks[analysis.find_task(TaskId(read))].operation);
    return;
  }
  FAIL() << "the fiber does not wait";
}

}  // namespace
}  // namespace weft::analysis::test
