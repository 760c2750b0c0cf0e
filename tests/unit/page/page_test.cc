// The page's JSON says what the model says; what the program said stays data; errors leave nothing
// behind.
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "debugger/page/request_logs.h"
#include "tests/unit/page/page_fixture.h"

namespace weft::page::test {
namespace {

using nlohmann::json;

class Page : public PageTest {};

/// Texts of a column of numbers.
std::vector<std::string> texts_of(const json& strings, const json& column) {
  std::vector<std::string> texts;
  for (const auto& number : column) texts.push_back(strings[number.get<size_t>()]);
  return texts;
}

TEST_F(Page, RequestsAreThoseOfTheModel) {
  record_shop();
  const std::string html = page();
  const json overview = block(html, "weft-overview"), requests = overview["requests"];
  EXPECT_EQ(requests["number"], json({1, 2, 3, 4, 5}));
  const auto what = texts_of(overview["strings"], requests["what"]);
  const auto at = std::ranges::find(what, "GET /cart/7") - what.begin();
  ASSERT_LT(at, 5);
  EXPECT_EQ(requests["start"][at], 1000.0);
  EXPECT_EQ(requests["duration"][at], 50000.0);
  EXPECT_EQ(requests["tasks"][at], 5);
  EXPECT_EQ(requests["state"][at], 0);
  EXPECT_EQ(overview["damage"], nullptr);
  EXPECT_EQ(overview["counts"]["requests"], 5);
}

TEST_F(Page, ARequestHasTheLinesThatWereWrittenForIt) {
  const auto say = [this](const std::string& text) {
    call(SYS_write, {1, 0x6000, text.size()}, static_cast<int64_t>(text.size()), 0,
         {{trace::kAbsolute, trace::EffectKind::kSent, text, 0x6000}}, trace::kStandardOutput);
  };
  say("starts\n");
  const uint64_t session = create("session");
  at(1);
  resume(session);
  const uint64_t request = begin_request("GET /", session);
  const uint64_t task = create("load", session);
  at(3);
  resume(task, session);
  const auto first = next_event();
  say("loads <b>\nhalf a ");
  end(task);
  at(4);
  resume(session);
  say("line\n");
  for (size_t i = 0; i < RequestLogs::kMostLines; ++i) say("and on\n");
  end_request(request, session);
  say("over\n");
  end(session);
  analyse();
  const std::string html = page();
  const json texts = block(html, "weft-texts"), graph = block(html, "weft-request-2");
  const json& logs = graph["logs"];
  ASSERT_EQ(logs["event"].size(), RequestLogs::kMostLines) << graph.dump();
  EXPECT_EQ(graph["logs_left_out"], 2);
  const auto lines = texts_of(texts, logs["text"]);
  EXPECT_EQ(lines[0], "loads <b>");
  EXPECT_EQ(lines[1], "half a line");
  EXPECT_EQ(lines[2], "and on");
  EXPECT_EQ(texts_of(texts, logs["stream"])[0], "stdout");
  EXPECT_EQ(logs["event"][0], first.value());
  EXPECT_EQ(logs["time"][0], 2000.0);
  EXPECT_EQ(texts_of(texts, graph["vertices"]["name"])[logs["vertex"][0]], "load");
  EXPECT_EQ(texts_of(texts, graph["vertices"]["name"])[logs["vertex"][2]], "session");
  EXPECT_EQ(html.find("<b>"), std::string::npos);
  EXPECT_EQ(page({.redact = true}).find("half a line"), std::string::npos);
}

TEST_F(Page, AGraphHasTasksRunsAndThePath) {
  record_shop();
  const std::string html = page();
  const json overview = block(html, "weft-overview"), texts = block(html, "weft-texts");
  const auto what = texts_of(overview["strings"], overview["requests"]["what"]);
  const auto number = std::ranges::find(what, "GET /cart/7") - what.begin() + 1;
  const json graph = block(html, "weft-request-" + std::to_string(number));
  const json& vertices = graph["vertices"];
  EXPECT_EQ(texts_of(texts, vertices["name"]),
            (std::vector<std::string>{"session", "cart_page", "load_user", "socket.async_receive",
                                      "load_cart", "socket.async_receive"}));
  EXPECT_EQ(vertices["parent"][1], 0);
  EXPECT_EQ(vertices["parent"][2], 1);
  EXPECT_EQ(vertices["start"][4], 3000.0);  // of the request, which begins at 1 ms
  EXPECT_EQ(vertices["end"][4], 49000.0);
  const auto path = texts_of(texts, graph["path"]["what"]);
  EXPECT_NE(std::ranges::find_if(path,
                                 [](const std::string& step) {
                                   return step.find("load_cart") != std::string::npos;
                                 }),
            path.end());
  for (const auto& [name, column] : vertices.items())
    EXPECT_EQ(column.size(), vertices["task"].size()) << name;
  for (const auto& [name, column] : graph["segments"].items())
    EXPECT_EQ(column.size(), graph["segments"]["vertex"].size()) << name;
  EXPECT_TRUE(graph["cut"].empty());
}

TEST_F(Page, ACircleIsMarked) {
  record_shop();
  const json stuck = block(page(), "weft-stuck");
  ASSERT_EQ(stuck["cycles"].size(), 1u);
  ASSERT_EQ(stuck["cycles"][0].size(), 2u);
  for (const auto& number : stuck["cycles"][0]) {
    const json& edge = stuck["edges"][number.get<size_t>()];
    EXPECT_EQ(edge["reason"], "lock");
    EXPECT_NE(edge["text"].get<std::string>().find("waits for lock"), std::string::npos);
  }
}

TEST_F(Page, LanesHoldEachRun) {
  record_shop();
  const json time = block(page(), "weft-time");
  ASSERT_EQ(time["lanes"].size(), 1u);
  const json& lane = time["lanes"][0];
  EXPECT_GT(lane["start"].size(), 10u);
  for (const char* name : {"duration", "depth", "name", "task", "request", "event"})
    EXPECT_EQ(lane[name].size(), lane["start"].size()) << name;
  EXPECT_EQ(time["left_out"]["segments"], 0);
}

/// What wants to be markup, ends elements, opens comments, or is no text at all.
const std::string kHostile =
    "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>&lt;\xe2\x80\xa8\xff\x1b[2J";

TEST_F(Page, HostileTextsStayData) {
  const uint64_t session = create("session");
  resume(session);
  const uint64_t request = begin_request(kHostile, session);
  const uint64_t task = create(kHostile, session);
  resume(task, session);
  note(kHostile, kHostile, task);
  end(task, WEFT_FAILED, kHostile);
  end_request(request, session);
  write_trace(log_, 0);
  const std::string html = page();
  for (const char* id : {"weft-overview", "weft-texts", "weft-sources", "weft-time", "weft-stuck",
                         "weft-request-1"}) {
    const std::string text = block_text(html, id);
    EXPECT_FALSE(block(html, id).is_discarded()) << id;
    EXPECT_EQ(text.find_first_of("<>&"), std::string::npos) << id;
    EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 127; })) << id;
  }
  // No element but those of the page itself: its JSON blocks and its one script.
  size_t scripts = 0, data = 0;
  for (size_t at = 0; (at = html.find("<script", at)) != std::string::npos; ++at) {
    ++scripts;
    data += html.compare(at, 30, "<script type=\"application/json") == 0;
  }
  EXPECT_EQ(scripts, data + 1);
  EXPECT_NE(html.find("script-src 'sha256-"), std::string::npos);
  EXPECT_EQ(html.find("unsafe"), std::string::npos);
  EXPECT_EQ(html.find("http://"), html.find("http://www.w3.org"));
}

TEST_F(Page, OfATaskWithManyRunsItSaysThatSomeAreMissing) {
  const uint64_t session = create("session");
  resume(session);
  const uint64_t request = begin_request("GET /", session);
  const uint64_t busy = create("busy", session);
  for (int i = 0; i < 500; ++i) {
    at(i);
    resume(busy, session);
    suspend(busy, 0, WEFT_WAIT_YIELD);
  }
  end_request(request, session);
  write_trace(log_, 0);
  const json graph = block(page(), "weft-request-2");
  ASSERT_EQ(graph["vertices"]["task"].size(), 2u);
  EXPECT_EQ(graph["cut"], json({1}));
  EXPECT_EQ(graph["segments_left_out"], 100);
}

TEST_F(Page, OnlyItsOwnerCanReadIt) {
  record_shop();
  page();
  struct stat status{};
  ASSERT_EQ(::stat(out_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(Page, ARequestThatIsNotThere) {
  record_shop();
  EXPECT_EQ(run({.request = "77"}), 2);
  EXPECT_EQ(errors_,
            "weft: there is no request 77: FILE holds requests 1 to 5\n"
            "      weft requests lists them\n");
  EXPECT_FALSE(std::filesystem::exists(out_path()));
}

TEST_F(Page, ThePageOfOneRequestOpensWithIt) {
  record_shop();
  const json overview = block(page({.request = "2"}), "weft-overview");
  EXPECT_EQ(overview["opened_request"], 2);
}

TEST_F(Page, TheTraceIsNotOverwritten) {
  record_shop();
  EXPECT_EQ(run({.out_path = path()}), 2);
  EXPECT_EQ(errors_, "weft: FILE is the trace itself\n      Give -o another file\n");
}

TEST_F(Page, ADamagedTraceShowsWhatIsReadable) {
  record_shop();
  write_trace(log_, 20);
  const std::string whole = trace::test::read_file(path());
  trace::test::write_file(path(), whole.substr(0, whole.size() * 3 / 4));
  EXPECT_EQ(run(), 5);
  const json overview = block(trace::test::read_file(out_path()), "weft-overview");
  EXPECT_TRUE(overview["damage"].is_string());
  EXPECT_GT(overview["counts"]["tasks"], 0);
}

TEST_F(Page, ADiskThatIsFullLeavesNothingBehind) {
  record_shop();
  const rlimit before = [] {
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    return limit;
  }();
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 50'000, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const int status = run();
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(status, 2);
  EXPECT_EQ(errors_,
            "weft: cannot write FILE.html: File too large\n"
            "      Make room, or give -o a file on another disk\n");
  const std::filesystem::path folder = std::filesystem::path(path()).parent_path();
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    EXPECT_EQ(entry.path().string().find(".html"), std::string::npos) << entry.path();
}

TEST_F(Page, SecretsAreNotInARedactedPage) {
  const std::string secret = "hunter2";
  const uint64_t session = create("session");
  resume(session);
  const uint64_t request = begin_request("GET /reset/" + secret + "?token=" + secret, session);
  note("password", secret, session);
  end_request(request, session);
  const uint64_t other = begin_request("order of " + secret, session);
  end_request(other, session);
  write_trace(log_, 0);
  EXPECT_NE(page().find(secret), std::string::npos);
  const std::string html = page({.redact = true});
  EXPECT_EQ(html.find(secret), std::string::npos);
  const json overview = block(html, "weft-overview");
  EXPECT_EQ(overview["redacted"], true);
  const auto what = texts_of(overview["strings"], overview["requests"]["what"]);
  EXPECT_EQ(std::ranges::count(what, "GET /reset/*?*"), 1);
  EXPECT_EQ(std::ranges::count(what, "*"), 1);
}

}  // namespace
}  // namespace weft::page::test
