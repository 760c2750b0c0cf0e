// What the four commands print about one small story, word for word.
#include "debugger/report/graph/graph.h"
#include "debugger/report/requests/requests.h"
#include "debugger/report/stats/stats.h"
#include "debugger/report/tasks/tasks.h"
#include "tests/unit/report/report_fixture.h"

namespace weft::report::test {
namespace {

class Reports : public ReportTest {};

TEST_F(Reports, Requests) {
  record_shop();
  const std::string text = print(run_requests, RequestsOptions{.roots = true});
  expect_golden("requests", text);
  expect_fits(text);
}

TEST_F(Reports, Graph) {
  record_shop();
  const std::string text = print(run_graph, GraphOptions{.request = "2"});
  expect_golden("graph", text);
  expect_fits(text);
  expect_golden("graph_all", print(run_graph, GraphOptions{.request = "2", .all = true}));
  expect_golden("graph_dot", print(run_graph, GraphOptions{.request = "2", .format = "dot"}));
}

TEST_F(Reports, Tasks) {
  record_shop();
  const std::string text = print(run_tasks, TasksOptions{});
  expect_golden("tasks", text);
  expect_fits(text);
  expect_golden("tasks_tree", print(run_tasks, TasksOptions{.at = "24", .tree = true}));
}

/// One moment, however it is named.
TEST_F(Reports, Moments) {
  const uint64_t session = create("session");
  resume(session);
  at(500);
  const uint64_t request = begin_request("GET /cart/7", session);
  const auto moment = next_event() - 1;
  at(600);
  end_request(request, session);
  create("late");
  write_trace(log_, 2);
  const std::string expected = print(run_tasks, TasksOptions{.at = std::to_string(moment.value())});
  EXPECT_NE(expected.find("2 alive at event " + std::to_string(moment.value())), std::string::npos)
      << expected;
  for (const char* at : {"request 2", "0.499s", "0.499", "499 ms", "+0.450 s", "499000us"})
    EXPECT_EQ(print(run_tasks, TasksOptions{.at = at}), expected) << at;
  const std::string end = print(run_tasks, TasksOptions{.at = "end"});
  EXPECT_NE(end.find("3 alive at the end"), std::string::npos) << end;
  EXPECT_EQ(print(run_tasks, TasksOptions{.at = "1000 s"}), end);
}

/// The thread that ended the program is not alive; what it left behind was cut off.
TEST_F(Reports, TasksOfAProgramThatEnded) {
  const uint64_t session = create("session");
  resume(session);
  event(trace::EventKind::kExit, 0);
  write_trace(log_, 0);
  std::string text = print(run_tasks, TasksOptions{});
  EXPECT_NE(text.find("\n1 alive at the end (the program ended with exit status 0)\n"),
            std::string::npos)
      << text;
  begin_anew();
  const uint64_t done = create("session");
  resume(done);
  end(done);
  event(trace::EventKind::kExit, 3);
  write_trace(log_, 0);
  EXPECT_EQ(print(run_tasks, TasksOptions{}),
            "0 alive at the end (the program ended with exit status 3)\n");
}

TEST_F(Reports, Stuck) {
  record_shop();
  const std::string text = print(run_tasks, TasksOptions{.stuck = true});
  expect_golden("stuck", text);
  expect_fits(text);
}

TEST_F(Reports, Stats) {
  record_shop();
  const std::string text = print(run_stats, StatsOptions{});
  expect_golden("stats", text);
  expect_fits(text);
}

/// A thread that is in a call inside a task at the end: there is no event, and no name of the call.
TEST_F(Reports, StatsOfACallThatHasNotReturned) {
  on_thread(1);
  const uint64_t handler = create("handler");
  resume(handler, 0, place("handler", 40));
  at(500);
  on_thread(0);
  call(SYS_getpid, {}, 1);
  write_trace(log_, 0);
  const std::string text = print(run_stats, StatsOptions{});
  EXPECT_NE(
      text.find("  thread 1 blocked 500.0 ms in a call that has not returned inside handler #1\n"
                "    (app.cc:40)\n"),
      std::string::npos)
      << text;
  expect_fits(text);
}

TEST_F(Reports, StatsOfCancelsThatEndedNothing) {
  on_thread(0);
  const auto cancel = [this](uint64_t current) {
    const uint64_t connect = start_operation("socket.async_connect", current, 0x200, 9);
    complete(connect);
    hook(trace::HookKind::kOperationCancel, {0x200, current}, {"cancel"});
  };
  const uint64_t one = create("one"), first = create("other"), second = create("other");
  for (const uint64_t task : {one, one, first, second}) {
    resume(task);
    cancel(task);
    suspend(task);
  }
  write_trace(log_, 0);
  const std::string text = print(run_stats, StatsOptions{});
  EXPECT_NE(text.find("  2 by one #1 (app.cc:1)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  2 by 2 tasks of one expression, the first: other #2 (app.cc:1)\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace weft::report::test
