// What `weft info` says about a trace.
#include "replayer/inspect/summary/info.h"

#include <nlohmann/json.hpp>

#include "tests/unit/inspect/inspect_fixture.h"

namespace weft::inspect::test {
namespace {

constexpr const char* kBuildId = "0102030405060708090a0b0c0d0e0f1011121314";

class Info : public InspectTest {
 protected:
  std::string print(bool json, int expected_status = 0) {
    return captured([&](std::FILE* out) {
      error_ = captured([&](std::FILE* error_out) {
        EXPECT_EQ(run_info({path(), json, out, error_out, count_async_}), expected_status);
      });
    });
  }
  std::string error_;
  std::function<std::optional<AsyncCounts>(const std::string&)> count_async_;
};

TEST_F(Info, Text) {
  write_sample();
  const std::string text = print(false);
  for (const char* line :
       {"uuid         00112233-4455-6677-8899-aabbccddeeff\n", "program      /usr/bin/server\n",
        "arguments    server \"\" --port=7000\n", "directory    /home/u\n",
        "environment  3 variables (--json shows them)\n",
        "started      2023-11-14 22:13:20.123 UTC\n", "duration     0.015 s\n",
        "ended        exit status 3\n",
        "machine      host, Linux 6.1.0-13-amd64, Some CPU @ 2.6 GHz\n", "threads      2\n",
        "events       15\n           5  syscall\n           1  map\n",
        "calls        4 different, 1 failed\n           2  read\n",
        "files        1 mapped\n      6.0 kB  /usr/bin/server  build-id 0102",
        "          2x  ptrace was refused\\x1b[2J (first at event 11)\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nis not in\n" << text;
  }
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(error_, "");
}

TEST_F(Info, TasksAndRequests) {
  write_sample();
  EXPECT_EQ(print(false).find("async"), std::string::npos);
  std::string asked;
  count_async_ = [&](const std::string& path) {
    asked = path;
    return AsyncCounts{.tasks = 12, .requests = 3, .resumes = 40, .unknown_causes = 2};
  };
  const std::string text = print(false);
  EXPECT_NE(text.find("async        12 tasks, 3 requests (weft requests lists them)\n"
                      "          40  resumes\n"
                      "           2  of them: cause unknown\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(asked, path());
  const auto info = nlohmann::json::parse(print(true));
  EXPECT_EQ(info["async"]["unknown_causes"], 2);
}

TEST_F(Info, Json) {
  write_sample();
  const auto info = nlohmann::json::parse(print(true));
  EXPECT_EQ(info["program"], "/usr/bin/server");
  EXPECT_EQ(info["environment"].size(), 3u);
  EXPECT_EQ(info["end"], (nlohmann::json{{"how", "exit"}, {"status", 3}}));
  EXPECT_EQ(info["complete"], true);
  EXPECT_EQ(info["damage"], nullptr);
  EXPECT_EQ(info["events"], 15);
  EXPECT_EQ(info["events_by_kind"]["syscall"], 5);
  EXPECT_EQ(info["calls"]["read"], 2);
  EXPECT_EQ(info["threads"], 2);
  EXPECT_EQ(info["files"][0]["path"], "/usr/bin/server");
  EXPECT_EQ(info["files"][0]["recorded_bytes"], 6000);
  EXPECT_EQ(info["files"][0]["build_id"], kBuildId);
  EXPECT_EQ(info["unusual"][0]["count"], 2);
  EXPECT_EQ(info["images"][0]["path"], "/usr/bin/server");
  EXPECT_EQ(info["raw_bytes"], log_.bytes().size());
}

TEST_F(Info, FitsOnAScreen) {
  add(EventKind::kUnusual, 0,
      "a note that is so long that no screen of eighty columns has room for it");
  write_sample();
  std::istringstream lines(print(false));
  for (std::string line; std::getline(lines, line);)
    EXPECT_TRUE(line.size() <= 80 || line.find(' ', 13) == std::string::npos) << line;
}

TEST_F(Info, ProgramDiedBySignal) {
  add(EventKind::kKilled, SIGKILL);
  write_trace(log_);
  EXPECT_NE(print(false).find("ended        killed by SIGKILL\n"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(print(true))["end"]["signal_name"], "SIGKILL");
}

TEST_F(Info, RecordingStopped) {
  add(EventKind::kResume, 0);
  write_trace(log_);
  EXPECT_NE(print(false).find("ended        recording stopped before the end\n"),
            std::string::npos);
}

TEST_F(Info, LastThreadEnded) {
  add(EventKind::kThreadExit, 261);
  write_trace(log_);
  EXPECT_NE(print(false).find("ended        exit status 5\n"), std::string::npos);
}

TEST_F(Info, UnfinishedTrace) {
  write_sample();
  auto reader = trace::TraceReader::open(path());
  const std::string file = trace::test::read_file(path());
  trace::test::write_file(path(), file.substr(0, reader->chunks()[2].file_offset));
  EXPECT_NE(print(false, 5).find("events       8\n"), std::string::npos);
  EXPECT_EQ(error_, "weft: " + path() +
                        ": the trace was not closed (the recorder was killed, or still records); "
                        "8 events are readable\n");
  EXPECT_EQ(nlohmann::json::parse(print(true, 5))["complete"], false);
}

TEST_F(Info, NoTrace) {
  trace::test::write_file(path(), "hello");
  EXPECT_EQ(print(false, 5), "");
  EXPECT_EQ(error_, "weft: " + path() +
                        " is not a weft trace\n"
                        "      Give a file that `weft record` wrote (NAME.weft)\n");
}

}  // namespace
}  // namespace weft::inspect::test
