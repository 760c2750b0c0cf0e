// Which task works for which request.
#include "debugger/analysis/request_builder.h"
#include "tests/unit/analysis/async_fixture.h"

namespace weft::analysis::test {
namespace {

class Requests : public AsyncTest {};

TEST_F(Requests, RootTasksWhereNobodySaysMore) {
  const uint64_t first = create("first");
  resume(first);
  const uint64_t child = create("child", first);
  suspend(first);
  const uint64_t second = create("second");
  resume(second);
  end(second);
  const Analysis analysis = analyse();
  ASSERT_EQ(analysis.model().requests.size(), 2u);
  EXPECT_EQ(analysis.model().tasks[analysis.find_task(child)].request, 0u);
  EXPECT_EQ(analysis.model().requests[0].outcome, Outcome::kOpen);
  EXPECT_EQ(analysis.model().requests[1].task, analysis.find_task(second));
  EXPECT_EQ(analysis.model().requests[1].outcome, Outcome::kDone);
  EXPECT_EQ(analysis.tasks_of(0).size(), 2u);
}

TEST_F(Requests, ExplicitOnesCoverAPartOfATask) {
  const uint64_t worker = create("worker");
  resume(worker);
  const uint64_t before = create("before", worker);
  const uint64_t job = begin_request("job 1", worker, "00-aaaa");
  const EventIndex inside = next_event();
  const uint64_t during = create("during", worker);
  end_request(job, worker);
  const uint64_t after = create("after", worker);
  const uint64_t late = create("late", during);
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  ASSERT_EQ(model.requests.size(), 2u);
  const Request& request = model.requests[1];
  EXPECT_EQ(request.kind, RequestKind::kExplicit);
  EXPECT_EQ(model.strings[request.name], "job 1");
  EXPECT_EQ(model.strings[request.traceparent], "00-aaaa");
  EXPECT_EQ(model.tasks[analysis.find_task(before)].request, 0u);
  EXPECT_EQ(model.tasks[analysis.find_task(during)].request, 1u);
  EXPECT_EQ(model.tasks[analysis.find_task(after)].request, 0u);
  EXPECT_EQ(model.tasks[analysis.find_task(late)].request, 0u);
  const TaskIndex row = analysis.find_task(worker);
  EXPECT_EQ(analysis.request_of(row, inside), 1u);
  EXPECT_EQ(analysis.request_of(row, kNone), 0u);
}

TEST_F(Requests, TheIndexGivesTheSameAnswers) {
  const uint64_t worker = create("worker");
  resume(worker);
  const uint64_t job = begin_request("job", worker);
  for (int i = 0; i < 40'000; ++i) create("child", worker);
  end_request(job, worker);
  const Analysis first = analyse({.use_index = true});
  EXPECT_FALSE(first.came_from_index());
  auto second = Analysis::open(path());
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->came_from_index());
  ASSERT_EQ(second->model().tasks.size(), first.model().tasks.size());
  EXPECT_EQ(second->model().requests[1].tasks, 40'000u);
  EXPECT_EQ(task_name(second->model(), 30'000), "child");
  EXPECT_EQ(second->find_task(worker), first.find_task(worker));
}

TEST_F(Requests, AWrongIndexIsIgnoredAndMadeAnew) {
  create("worker");
  analyse({.use_index = true});
  const std::string index = path() + ".index";
  const std::string good = trace::test::read_file(index);
  for (const size_t at : {size_t{0}, size_t{9}, size_t{20}, good.size() / 2, good.size() - 1}) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x40);
    trace::test::write_file(index, bad);
    const auto analysis = Analysis::open(path());
    ASSERT_TRUE(analysis);
    EXPECT_FALSE(analysis->came_from_index()) << at;
    EXPECT_EQ(trace::test::read_file(index), good) << at;
  }
  trace::test::write_file(index, good.substr(0, 30));
  EXPECT_FALSE(Analysis::open(path())->came_from_index());
  std::filesystem::permissions(index, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  EXPECT_FALSE(Analysis::open(path())->came_from_index());
}

TEST_F(Requests, ATruncatedTraceShowsThemUnfinished) {
  const uint64_t worker = create("worker");
  resume(worker);
  begin_request("job", worker);
  analyse();
  const std::string whole = trace::test::read_file(path());
  trace::test::write_file(path(), whole.substr(0, whole.size() - 40));
  const auto analysis = Analysis::open(path());
  ASSERT_TRUE(analysis);
  EXPECT_TRUE(analysis->damage());
  ASSERT_EQ(analysis->model().requests.size(), 2u);
  EXPECT_EQ(analysis->model().requests[1].end, kNone);
  EXPECT_FALSE(std::filesystem::exists(path() + ".index"));
}

}  // namespace
}  // namespace weft::analysis::test
