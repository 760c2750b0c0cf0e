// What the commands say where there is nothing to show, or where what there is cannot be trusted.
#include <nlohmann/json.hpp>

#include "debugger/report/graph/graph.h"
#include "debugger/report/requests/requests.h"
#include "debugger/report/stats/stats.h"
#include "debugger/report/tasks/tasks.h"
#include "debugger/report/why/why.h"
#include "tests/unit/report/report_fixture.h"
#include "weft/trace/notes.h"

namespace weft::report::test {
namespace {

class BadInput : public ReportTest {
 protected:
  /// Loses the end of the trace, as if the machine had.
  void cut_trace() {
    const std::string whole = trace::test::read_file(path());
    trace::test::write_file(path(), whole.substr(0, whole.size() - 40));
  }
};

const std::string kHowTo =
    "\n      Build the program with weft_trace(TARGET) in CMake or with `weft c++`,\n"
    "      and record again. C++20 coroutines that g++ has built with -g, and Rust's\n"
    "      async functions in debug builds, can be found in this recording:\n"
    "      weft trace --async FILE\n";
const std::string kNoAsyncEvents = "weft: FILE holds no async events";
const std::string kNoExchanges = kNoAsyncEvents + " and no exchanges on connections";

TEST_F(BadInput, ARequestThatDoesNotExist) {
  record_shop();
  for (const char* request : {"0", "99", "7x", "-1", "4294967296", "99999999999999999999"}) {
    EXPECT_EQ(print(run_graph, GraphOptions{.request = request}, 2),
              std::string("weft: there is no request ") + request +
                  ": FILE holds requests 1 to 5\n      weft requests lists them\n");
  }
}

TEST_F(BadInput, ATraceWithoutAsyncEvents) {
  call(SYS_getpid, {}, 4711);
  write_trace(log_, 0);
  EXPECT_EQ(print(run_requests, RequestsOptions{}, 2), kNoExchanges + kHowTo);
  EXPECT_EQ(print(run_graph, GraphOptions{.request = "1"}, 2), kNoExchanges + kHowTo);
  EXPECT_EQ(print(run_stats, StatsOptions{}, 2), kNoAsyncEvents + kHowTo);
  EXPECT_EQ(print(run_tasks, TasksOptions{}, 2), kNoAsyncEvents + kHowTo);
}

/// One child (a shell that the program ran) does not explain why nothing was told.
TEST_F(BadInput, ATraceWithoutAsyncEventsOfAProgramWithAChild) {
  trace::EventHeader header{};
  header.kind = static_cast<uint8_t>(trace::EventKind::kUnusual);
  log_.add(header, trace::kChildNotRecorded);
  log_.add(header, "a child of something else");
  write_trace(log_, 0);
  const std::string text = print(run_stats, StatsOptions{}, 2);
  EXPECT_TRUE(
      text.starts_with(kNoAsyncEvents + kHowTo + "      1 child process was not recorded: "))
      << text;
  expect_fits(text);
}

TEST_F(BadInput, ATraceCutBeforeItsFirstAsyncEvent) {
  for (int i = 0; i < 20; ++i) call(SYS_getpid, {}, 4711);
  resume(create("session"));
  write_trace(log_, 1);  // each event a chunk
  const std::string whole = trace::test::read_file(path());
  trace::test::write_file(path(), whole.substr(0, whole.size() / 2));
  for (const std::string& said :
       {print(run_requests, RequestsOptions{}, 5),
        print(run_graph, GraphOptions{.request = "1"}, 5), print(run_stats, StatsOptions{}, 5),
        print(run_tasks, TasksOptions{}, 5)}) {
    EXPECT_TRUE(said.starts_with("weft: FILE: ")) << said;
    EXPECT_EQ(said.find("weft_trace"), std::string::npos) << said;
  }
}

TEST_F(BadInput, AnEventThatDoesNotExist) {
  record_shop();
  EXPECT_EQ(print(run_tasks, TasksOptions{.at = "1000000"}, 2),
            "weft: --at 1000000: there is no such moment\n"
            "      Give an event from 0 to " +
                std::to_string(next_event().value()) + ", a time (1.5s), \"request N\", or end\n");
  for (const char* moment :
       {"", "x", "-1", "-1s", "nan", "nans", "1.5m", "request", "99999999999999999999"})
    EXPECT_NE(print(run_tasks, TasksOptions{.at = moment}, 2).find("there is no such moment"),
              std::string::npos)
        << moment;
  for (const char* moment : {"request 0", "request 99", "request x"})
    EXPECT_NE(print(run_tasks, TasksOptions{.at = moment}, 2).find("there is no request "),
              std::string::npos)
        << moment;
}

TEST_F(BadInput, ATraceThatEndsInTheMiddleOfARequest) {
  const uint64_t session = create("session");
  resume(session);
  const uint64_t request = begin_request("GET /cart/7", session);
  const uint64_t page = begin("cart_page", session);
  write_trace(log_, 0);
  EXPECT_NE(print(run_requests, RequestsOptions{}).find("GET /cart/7  unfinished"),
            std::string::npos);
  end(page);
  end_request(request, session);
  write_trace(log_, 6);  // the last events are a chunk of their own
  cut_trace();
  const std::string text = print(run_requests, RequestsOptions{}, 5);
  EXPECT_NE(text.find("GET /cart/7"), std::string::npos) << text;
  EXPECT_NE(text.find("weft: FILE: "), std::string::npos) << text;
  EXPECT_NE(print(run_graph, GraphOptions{.request = "2"}, 5).find("cart_page"), std::string::npos);
  EXPECT_NE(print(run_stats, StatsOptions{}, 5).find("cart_page"), std::string::npos);
  EXPECT_NE(print(run_tasks, TasksOptions{}, 5).find("session"), std::string::npos);
}

/// A terminal must not obey what a program said.
TEST_F(BadInput, EscapesAreShownAndNotObeyed) {
  const std::string evil = "GET /\x1b[2J\x07\"\xff\n";
  const uint64_t session = create("f\x1b[31m");
  resume(session);
  hook(trace::HookKind::kTaskName, {session}, {"name\x1b]0;x\x07"});
  const uint64_t request = begin_request(evil, session);
  const uint64_t page = begin("page\x1b[1m", session);
  hold(0x10, WEFT_ACQUIRE, page, "lock\x1b[0m");
  end(page, WEFT_FAILED, "oops\x1b[5m");
  end_request(request, session);
  write_trace(log_, 0);
  std::string all = print(run_requests, RequestsOptions{.roots = true}) +
                    print(run_graph, GraphOptions{.request = "2"}) +
                    print(run_graph, GraphOptions{.request = "2", .format = "dot"}) +
                    print(run_tasks, TasksOptions{}) +
                    print(run_tasks, TasksOptions{.stuck = true}) + print(run_why, WhyOptions{}) +
                    print(run_why, WhyOptions{.request = "2"}) + print(run_stats, StatsOptions{});
  EXPECT_EQ(all.find('\x1b'), std::string::npos);
  EXPECT_EQ(all.find('\x07'), std::string::npos);
  EXPECT_NE(all.find("GET /\\x1b[2J\\x07"), std::string::npos) << all;
}

TEST_F(BadInput, JsonHoldsWhatTheProgramSaid) {
  const uint64_t session = create("session");
  resume(session);
  hook(trace::HookKind::kTaskName, {session}, {"na\"me\x1b[0m\n"});
  end_request(begin_request("GET /\x1b[2J\"\\", session), session);
  write_trace(log_, 0);
  const std::string rows = print(run_requests, RequestsOptions{.json = true});
  EXPECT_EQ(rows.find('\x1b'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(rows)["what"], "GET /\x1b[2J\"\\");
  const auto graph =
      nlohmann::json::parse(print(run_graph, GraphOptions{.request = "2", .format = "json"}));
  EXPECT_EQ(graph["what"], "GET /\x1b[2J\"\\");
  EXPECT_EQ(graph["vertices"][0]["name"], "na\"me\x1b[0m\n #1");
}

TEST_F(BadInput, AMillionTasksAreFoldedAndCounted) {
  const uint64_t session = create("session");
  resume(session);
  const uint64_t request = begin_request("import", session);
  uint64_t parent = session;
  constexpr int kTasks = 20'000;
  for (int i = 0; i < kTasks; ++i) {
    const uint64_t task = create(i % 2 == 0 ? "row" : "step", parent);
    if (i % 2 == 1) parent = task;
    end(task);
  }
  end_request(request, session);
  write_trace(log_, 0);
  const std::string text = print(run_graph, GraphOptions{.request = "2"});
  EXPECT_LT(std::ranges::count(text, '\n'), 4100);  // at most two for each of 2000
  EXPECT_NE(text.find("folded: 18001 tasks and exchanges that are many of a kind (--all)\n"),
            std::string::npos)
      << text.substr(text.size() - 300);
}

}  // namespace
}  // namespace weft::report::test
