// Which task works for which request.
#include "debugger/analysis/pass/request_builder.h"
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
  EXPECT_EQ(analysis.model().tasks[analysis.find_task(TaskId(child))].request, RequestIndex(0));
  EXPECT_EQ(analysis.model().requests[RequestIndex(0)].outcome, Outcome::kOpen);
  EXPECT_EQ(analysis.model().requests[RequestIndex(1)].task, analysis.find_task(TaskId(second)));
  EXPECT_EQ(analysis.model().requests[RequestIndex(1)].outcome, Outcome::kDone);
  EXPECT_EQ(analysis.tasks_of(RequestIndex(0)).size(), 2u);
}

constexpr const char* kParent = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

TEST_F(Requests, ExplicitOnesCoverAPartOfATask) {
  const uint64_t worker = create("worker");
  resume(worker);
  const uint64_t before = create("before", worker);
  const uint64_t job = begin_request("job 1", worker, kParent);
  const EventIndex inside = next_event();
  const uint64_t during = create("during", worker);
  end_request(job, worker);
  const uint64_t after = create("after", worker);
  const uint64_t late = create("late", during);
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  ASSERT_EQ(model.requests.size(), 2u);
  const Request& request = model.requests[RequestIndex(1)];
  EXPECT_EQ(request.kind, RequestKind::kExplicit);
  EXPECT_EQ(model.strings[request.name], "job 1");
  EXPECT_EQ(model.strings[request.traceparent], kParent);
  EXPECT_EQ(model.tasks[analysis.find_task(TaskId(before))].request, RequestIndex(0));
  EXPECT_EQ(model.tasks[analysis.find_task(TaskId(during))].request, RequestIndex(1));
  EXPECT_EQ(model.tasks[analysis.find_task(TaskId(after))].request, RequestIndex(0));
  EXPECT_EQ(model.tasks[analysis.find_task(TaskId(late))].request, RequestIndex(0));
  const TaskIndex row = analysis.find_task(TaskId(worker));
  EXPECT_EQ(analysis.request_of(row, inside), RequestIndex(1));
  EXPECT_EQ(analysis.request_of(row, kNone), RequestIndex(0));
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
  EXPECT_EQ(second->model().requests[RequestIndex(1)].tasks, 40'000u);
  EXPECT_EQ(task_name(second->model(), TaskIndex(30'000)), "child");
  EXPECT_EQ(second->find_task(TaskId(worker)), first.find_task(TaskId(worker)));
}

TEST_F(Requests, TheLibrarysEntryPointIsNoRequestOfItsOwn) {
  // co_spawn(context, listen()): the coroutine is made first; co_spawn(context, lambda): after.
  const std::string entry_point = "void boost::asio::detail::co_spawn_entry_point()";
  const uint64_t listen = create("listen"), first = create(entry_point);
  resume(first);
  await(first, listen);
  suspend(first, 0, WEFT_WAIT_TASK, listen);
  const uint64_t second = create(entry_point);
  resume(second);
  const uint64_t pump = create("pump", second);
  await(second, pump);
  suspend(second, 0, WEFT_WAIT_TASK, pump);
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  ASSERT_EQ(model.requests.size(), 2u);
  EXPECT_EQ(model.requests[RequestIndex(0)].task, analysis.find_task(TaskId(listen)));
  EXPECT_EQ(model.requests[RequestIndex(1)].task, analysis.find_task(TaskId(pump)));
  EXPECT_EQ(model.tasks[analysis.find_task(TaskId(first))].request, RequestIndex(0));
  EXPECT_EQ(model.tasks[analysis.find_task(TaskId(second))].request, RequestIndex(1));
  EXPECT_EQ(model.tasks[analysis.find_task(TaskId(pump))].request, RequestIndex(1));
}

/// As an HTTP session on a keep-alive connection: reads and writes in coroutines of their own.
class Exchanges : public Requests {
 protected:
  uint64_t awaited(const std::string& function, uint64_t waiter) {
    const uint64_t task = create(function, waiter);
    await(waiter, task);
    suspend(waiter, 0, WEFT_WAIT_TASK, task);
    resume(task, waiter);
    return task;
  }
  void done(uint64_t task, uint64_t waiter) {
    end(task);
    resume(waiter);
  }
  void read(const std::string& bytes) {
    call(SYS_recvfrom, {9, 0x5000, 512, 0, 0, 0}, static_cast<int64_t>(bytes.size()), 0,
         {{1, EffectKind::kWritten, bytes}});
  }
  void write(const std::string& bytes) {
    call(SYS_sendto, {9, 0x6000, bytes.size(), 0, 0, 0}, static_cast<int64_t>(bytes.size()), 0,
         {{1, EffectKind::kSent, bytes}});
  }
  void accept() {
    call(SYS_socket, {2, 1, 0}, 3);
    call(SYS_listen, {3, 128}, 0);
    call(SYS_accept4, {3, 0, 0, 0}, 9);
  }
};

TEST_F(Exchanges, BelongToWhoReadsAndWrites) {
  accept();
  const uint64_t session = create("session");
  resume(session);
  std::vector<uint64_t> queries, writers;
  for (int i = 0; i < 2; ++i) {
    const uint64_t reader = awaited("read_line", session);
    read("GET /a HTTP/1.1\r\n\r\n");
    done(reader, session);
    queries.push_back(awaited("query", session));
    done(queries.back(), session);
    writers.push_back(awaited("write_line", session));
    write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    done(writers.back(), session);
  }
  const uint64_t reader = awaited("read_line", session);
  read("GET /b HTTP/1.1\r\n\r\n");
  done(reader, session);
  const uint64_t stuck = awaited("query", session);
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  ASSERT_EQ(model.exchanges.size(), 3u);
  for (uint32_t i = 0; i < 3; ++i)
    EXPECT_EQ(model.exchanges[ExchangeIndex(i)].task, analysis.find_task(TaskId(session))) << i;
  for (uint32_t i = 0; i < 2; ++i) {
    const RequestIndex request = model.exchanges[ExchangeIndex(i)].request;
    EXPECT_EQ(model.requests[request].tasks, 2u);
    EXPECT_EQ(model.tasks[analysis.find_task(TaskId(queries[i]))].request, request);
    EXPECT_EQ(model.tasks[analysis.find_task(TaskId(writers[i]))].request, request);
  }
  EXPECT_EQ(model.tasks[analysis.find_task(TaskId(stuck))].request,
            model.exchanges[ExchangeIndex(2)].request);
  EXPECT_EQ(model.requests[model.exchanges[ExchangeIndex(2)].request].end, kNone);
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
  EXPECT_EQ(analysis->model().requests[RequestIndex(1)].end, kNone);
  EXPECT_FALSE(std::filesystem::exists(path() + ".index"));
}

}  // namespace
}  // namespace weft::analysis::test
