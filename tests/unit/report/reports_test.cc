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

}  // namespace
}  // namespace weft::report::test
