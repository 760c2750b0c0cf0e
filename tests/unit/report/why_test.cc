// What `weft why` prints about small stories. Its detectors one by one: detectors_test.cc.
#include "debugger/report/why/why.h"

#include "tests/unit/report/report_fixture.h"

namespace weft::report::test {
namespace {

class Why : public ReportTest {
 protected:
  std::string why(const std::string& request = "") {
    return print(run_why, WhyOptions{.request = request});
  }
  /// Begins and ends after so many milliseconds, from `from` on.
  void live(const std::string& function, double from, double life, uint32_t outcome = WEFT_DONE) {
    at(from);
    const uint64_t task = create(function);
    resume(task);
    suspend(task, place(function, 7), WEFT_WAIT_IO, 5);
    at(from + life);
    if (outcome == WEFT_CANCELLED) {
      end(task, outcome);
      return;
    }
    resume(task);
    end(task, outcome);
  }
};

TEST_F(Why, NothingStandsOut) {
  for (int i = 0; i < 10; ++i) live("session", i * 10.0, 5);
  event(trace::EventKind::kExit, 0);
  write_trace(log_, 0);
  EXPECT_EQ(why(), "Nothing stands out.\n");
}

TEST_F(Why, ACycleComesFirst) {
  record_shop();
  const std::string text = why();
  EXPECT_TRUE(text.starts_with("1  cycle of 2 tasks")) << text;
  EXPECT_NE(text.find("   weft tasks --stuck FILE\n"), std::string::npos) << text;
  expect_fits(text);
}

/// What it tells its reader to type is for a shell.
TEST_F(Why, AFileWithABlankInItsName) {
  record_shop();
  const std::string file = path("my shop.weft");
  std::filesystem::rename(path(), file);
  char* text = nullptr;
  size_t bytes = 0;
  WhyOptions options{.path = file, .use_index = false};
  options.out = ::open_memstream(&text, &bytes);
  options.screen = screen();
  EXPECT_EQ(run_why(options), 0);
  std::fclose(options.out);
  const std::string said(text, bytes);
  std::free(text);
  EXPECT_NE(said.find("   weft tasks --stuck '" + file + "'\n"), std::string::npos) << said;
}

TEST_F(Why, OneThatNeverEndsAmongManyThatDo) {
  for (int i = 0; i < 10; ++i) live("session", i * 10.0, 5);
  at(20);
  const uint64_t stuck = create("session");
  resume(stuck);
  suspend(stuck, place("auth", 77), WEFT_WAIT_IO, 5);
  at(200);
  call(SYS_getpid, {}, 1);
  write_trace(log_, 0);
  const std::string text = why();
  EXPECT_NE(text.find("1  1 session never ended: last seen at app.cc:77"), std::string::npos)
      << text;
  EXPECT_NE(text.find("10 of the same ended"), std::string::npos) << text;
}

TEST_F(Why, OneThatIsYoungMayStillEnd) {
  for (int i = 0; i < 10; ++i) live("session", i * 10.0, 5);
  at(100);
  const uint64_t young = create("session");
  resume(young);
  suspend(young, place("auth", 77), WEFT_WAIT_IO, 5);
  at(104);
  event(trace::EventKind::kExit, 0);
  write_trace(log_, 0);
  EXPECT_EQ(why(), "Nothing stands out.\n");
}

TEST_F(Why, ARequestThatDoesNotExist) {
  record_shop();
  const std::string text = print(run_why, WhyOptions{.request = "77"}, 2);
  EXPECT_TRUE(text.starts_with("weft: there is no request 77: FILE holds requests 1 to 5\n"))
      << text;
}

TEST_F(Why, DescriptorsThatAreUsedUp) {
  for (int i = 0; i < 3; ++i) call(SYS_accept4, {3, 0, 0, 0}, -EMFILE);
  call(SYS_accept4, {3, 0, 0, 0}, -EAGAIN);
  resume(create("session"));
  write_trace(log_, 0);
  EXPECT_TRUE(why().starts_with("1  accept4 failed 3 times: Too many open files\n"));
}

}  // namespace
}  // namespace weft::report::test
