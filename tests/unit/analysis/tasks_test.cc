// Tasks, their segments and times, and the look-ups that the debugger uses.
#include <sched.h>
#include <sys/prctl.h>

#include "debugger/analysis/questions/critical_path.h"
#include "tests/unit/analysis/async_fixture.h"

namespace weft::analysis::test {
namespace {

class Tasks : public AsyncTest {};

TEST_F(Tasks, StatesAtEachMoment) {
  const uint64_t task = create("task");
  const EventIndex created = next_event() - 1;
  const EventIndex resumed = resume(task);
  const EventIndex suspended = suspend(task);
  const EventIndex woken = wake(task);
  const EventIndex again = resume(task);
  const EventIndex ended = end(task);
  const Analysis analysis = analyse();
  const TaskIndex row = analysis.find_task(TaskId(task));
  EXPECT_EQ(analysis.state(row, created), TaskState::kUnborn);
  EXPECT_EQ(analysis.state(row, resumed), TaskState::kReady);  // created ready, by its creator
  EXPECT_EQ(analysis.state(row, suspended), TaskState::kRunning);
  EXPECT_EQ(analysis.state(row, woken), TaskState::kWaiting);
  EXPECT_EQ(analysis.state(row, again), TaskState::kReady);
  EXPECT_EQ(analysis.state(row, ended), TaskState::kRunning);
  EXPECT_EQ(analysis.state(row, ended + 1), TaskState::kEnded);
}

TEST_F(Tasks, NestedSegmentsPauseTheOuterOne) {
  const uint64_t outer = create("outer");
  resume(outer);
  const uint64_t inner = create("inner", outer);
  at(2);
  resume(inner, outer);
  const EventIndex inside = next_event();
  at(5);
  suspend(inner);
  at(9);
  suspend(outer);
  const Analysis analysis = analyse();
  const TaskIndex outer_row = analysis.find_task(TaskId(outer)),
                  inner_row = analysis.find_task(TaskId(inner));
  EXPECT_EQ(analysis.state(outer_row, inside), TaskState::kPaused);
  EXPECT_EQ(analysis.current_task(ThreadNumber(0), inside), inner_row);
  EXPECT_EQ(analysis.current_task(ThreadNumber(0), inside + 1), outer_row);
  EXPECT_EQ(analysis.current_task(ThreadNumber(7), inside), kNone);
  EXPECT_NEAR(analysis.seconds(analysis.times(outer_row).running), 0.006, 1e-6);
  EXPECT_NEAR(analysis.seconds(analysis.times(inner_row).running), 0.003, 1e-6);
}

TEST_F(Tasks, BlockedCallsAreNotRunning) {
  const uint64_t task = create("handler");
  resume(task);
  at(40);
  call(SYS_futex, {0x4000, 128, 0}, 0, 10.0);
  at(41);
  suspend(task);
  const Analysis analysis = analyse();
  const TaskTimes times = analysis.times(analysis.find_task(TaskId(task)));
  EXPECT_NEAR(analysis.seconds(times.blocked), 0.030, 1e-6);
  EXPECT_NEAR(analysis.seconds(times.running), 0.011, 1e-6);
  ASSERT_EQ(analysis.model().blocked_calls.size(), 1u);
  EXPECT_EQ(analysis.model().blocked_calls[RowIndex<BlockedCall>(0)].call, SYS_futex);
}

TEST_F(Tasks, StepsOverTheEventsOfOneTask) {
  const uint64_t task = create("task"), other = create("other");
  const EventIndex first = resume(task);
  const EventIndex stop = suspend(task);
  resume(other);
  wake(task, other);
  suspend(other);
  const EventIndex second = resume(task);
  const Analysis analysis = analyse();
  const TaskIndex row = analysis.find_task(TaskId(task));
  EXPECT_EQ(analysis.next_resume(row, first), second);
  EXPECT_EQ(analysis.previous_resume(row, second), first);
  EXPECT_EQ(analysis.next_suspend(row, first), stop);
  EXPECT_EQ(analysis.next_suspend(row, stop), kNone);
  EXPECT_EQ(analysis.previous_suspend(row, second), stop);
  EXPECT_EQ(analysis.cause_of(second), second - 2);
  EXPECT_EQ(analysis.woken_by(analysis.find_task(TaskId(other))).size(), 1u);
}

TEST_F(Tasks, TheLogicalStackFollowsAwaits) {
  const uint64_t main_task = create("main_task");
  resume(main_task);
  const uint64_t fetch = create("fetch", main_task);
  await(main_task, fetch);
  suspend(main_task, place("main_task", 20), WEFT_WAIT_TASK, fetch);
  resume(fetch, main_task);
  suspend(fetch, place("fetch", 7), WEFT_WAIT_IO, 5);
  const Analysis analysis = analyse();
  const auto stack = analysis.logical_stack(analysis.find_task(TaskId(fetch)), kNone);
  ASSERT_EQ(stack.size(), 2u);
  EXPECT_EQ(analysis.model().places[stack[0].place].line, 7u);
  EXPECT_EQ(task_name(analysis.model(), stack[1].task), "main_task");
  EXPECT_EQ(analysis.model().places[stack[1].place].line, 20u);
  EXPECT_EQ(stack[1].state, TaskState::kWaiting);
}

TEST_F(Tasks, WhoDestroyedACancelledTask) {
  const uint64_t race = create("race");
  resume(race);
  const uint64_t fetch = create("fetch", race);
  resume(fetch, race);
  suspend(fetch, place("fetch", 12), WEFT_WAIT_IO, 5);
  end(fetch, WEFT_CANCELLED);
  const Analysis analysis = analyse();
  const Task& task = analysis.model().tasks[analysis.find_task(TaskId(fetch))];
  EXPECT_EQ(task.outcome, Outcome::kCancelled);
  EXPECT_EQ(task.ended_by, analysis.find_task(TaskId(race)));
}

TEST_F(Tasks, NonsenseIsCountedAndDoesNoHarm) {
  resume(17);
  suspend(18);
  end(19);
  hook(HookKind::kTaskCreate, {1, 2, 3, 4}, {}, UINT64_MAX);
  hook(HookKind::kTaskCreate, {99, 2, 1 << 30, 77}, {}, 2);
  hook(HookKind::kPlace, {UINT64_MAX, 1, 1}, {"file", "function"});
  hook(HookKind::kOperationComplete, {2, 0, 0, 0});
  hook(HookKind::kHold, {1, 99, 0}, {""});
  hook(HookKind::kRequestEnd, {1, 1, 0});
  const Analysis analysis = analyse();
  EXPECT_GE(analysis.model().totals.odd_events, 7u);
  EXPECT_EQ(analysis.find_task(TaskId(17)), kNone);
  EXPECT_EQ(analysis.alive_at(kNone).size(), 2u);  // the thread, and task 2
}

TEST_F(Tasks, ThreadsAreTasksOfWhoMadeThem) {
  const uint64_t task = create("starter");
  resume(task);
  call(SYS_clone, {0, 0, 0, 0, 0}, 4712);
  on_thread(1);
  event(EventKind::kThread, 4712);
  event(EventKind::kThreadExit, 0);
  const Analysis analysis = analyse();
  const TaskIndex thread = analysis.model().task_of_thread[ThreadNumber(1)];
  EXPECT_EQ(analysis.model().tasks[thread].parent, analysis.find_task(TaskId(task)));
  EXPECT_EQ(analysis.state(thread, kNone), TaskState::kEnded);
  EXPECT_EQ(task_name(analysis.model(), thread), "thread 1");
}

TEST_F(Tasks, AForkedProcessHasOneThreadOfItsParents) {
  call(SYS_clone, {0, 0, 0, 0, 0}, 4712);
  on_thread(1);
  event(EventKind::kThread, 4712);
  on_thread(0);
  event(EventKind::kProcess, 4713);
  call(SYS_clone, {0, 0, 0, 0, 0}, 0);
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  EXPECT_EQ(analysis.state(model.task_of_thread[ThreadNumber(1)], kNone), TaskState::kEnded);
  EXPECT_NE(analysis.state(model.task_of_thread[ThreadNumber(0)], kNone), TaskState::kEnded);
}

TEST_F(Tasks, AJoinWaitsForAThread) {
  const uint64_t request = begin_request("job", 0);
  call(SYS_clone, {CLONE_VM | CLONE_CHILD_CLEARTID, 0, 0, 0x7000, 0}, 4712);
  on_thread(1);
  at(1);
  event(EventKind::kThread, 4712);
  call(SYS_prctl, {PR_SET_NAME, 0x5000}, 0, 0,
       {{1, EffectKind::kSent, std::string("worker\0", 7)}});
  at(30);
  event(EventKind::kThreadExit, 0);
  on_thread(0);
  at(31);
  call(SYS_futex, {0x7000, 265, 4712}, 0, 1.0);
  end_request(request, 0);
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  const TaskIndex thread = model.task_of_thread[ThreadNumber(1)];
  EXPECT_EQ(task_name(model, thread), "worker (thread 1)");
  EXPECT_EQ(model.tasks[thread].awaiter, model.task_of_thread[ThreadNumber(0)]);
  ASSERT_EQ(model.requests.size(), 1u);
  EXPECT_EQ(model.tasks[thread].request, RequestIndex(0));
  const auto path = critical_path(analysis, RequestGroups(model), RequestIndex(0));
  ASSERT_EQ(path.size(), 1u);
  EXPECT_EQ(path[0].awaited, thread);
  EXPECT_NEAR(analysis.seconds(path[0].to - path[0].from), 0.030, 1e-6);
}

TEST_F(Tasks, AHandlerIsWhoseItIs) {
  const uint64_t read = place("session::read()::<lambda(error_code)>", 22);
  const uint64_t one = start_operation("socket.async_receive", 0, 0, 7, read);
  complete(one);
  resume(one);
  const uint64_t handed_on = start_operation("strand_executor.execute", one, 0, -1, read);
  const uint64_t nobodys = start_operation("deadline_timer.async_wait", one);
  const uint64_t clangs = start_operation(
      "deadline_timer.async_wait", one, 0, -1,
      place("(lambda at src/app.cc:31:7)", 0, "@00000000deadbeef"));  // in no file that is mapped
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  EXPECT_EQ(task_name(model, analysis.find_task(TaskId(one))), "session::read (async_receive)");
  EXPECT_FALSE(is_internal(model, analysis.find_task(TaskId(one))));
  EXPECT_TRUE(is_internal(model, analysis.find_task(TaskId(handed_on))));
  EXPECT_TRUE(is_internal(model, analysis.find_task(TaskId(nobodys))));
  EXPECT_EQ(analysis.state(analysis.find_task(TaskId(nobodys)), kNone), TaskState::kWaiting);
  const Task& lambda = model.tasks[analysis.find_task(TaskId(clangs))];
  EXPECT_EQ(model.places[lambda.place].line, 31u);
  EXPECT_EQ(model.strings[model.places[lambda.place].file], "src/app.cc");
}

TEST(FunctionName, IsShort) {
  EXPECT_EQ(short_function("boost::asio::awaitable<void> session(boost::asio::ip::tcp::socket)"),
            "session");
  EXPECT_EQ(short_function("void shop::Cart::checkout(int) [with T = int]"),
            "shop::Cart::checkout");
  EXPECT_EQ(short_function("main()::<lambda()>"), "main::<lambda>");
  EXPECT_EQ(short_function("main::$_1::operator()() const"), "main::<lambda>");
  EXPECT_EQ(short_function("lib::wait<int>(task<int>)::<lambda(lib::task<int>, auto:15&)>"),
            "lib::wait::<lambda>");
  EXPECT_EQ(short_function("task<std::pair<int, char> > f<int>(T)"), "f");
  EXPECT_EQ(short_function("session"), "session");
  EXPECT_EQ(short_function(""), "");
  EXPECT_EQ(short_function("task {anonymous}::Cache::set(int)"), "Cache::set");
  EXPECT_EQ(short_function("task app::(anonymous namespace)::f(int)"), "app::f");
  EXPECT_EQ(short_function("awaitable<T, E> ns::operator||(awaitable<T, E>, U)"), "ns::operator||");
  EXPECT_EQ(short_function("task Shop::operator()(int) const"), "Shop::operator()");
  EXPECT_EQ(short_function("task awaitable_operators::f()"), "awaitable_operators::f");
  EXPECT_EQ(short_function("task operators(int)"), "operators");
  EXPECT_EQ(short_function("std::vector<int>& Box<int>::get(int*)"), "Box<int>::get");
}

}  // namespace
}  // namespace weft::analysis::test
