// What differs between recordings of two versions, and what is only noise.
#include "debugger/report/compare/compare.h"

#include "debugger/report/compare/sides.h"
#include "tests/unit/report/report_fixture.h"

namespace weft::report::test {
namespace {

using Values = std::vector<double>;

class Compare : public ReportTest {
 protected:
  /// A recording in which `parse` runs so often, each time for so long.
  std::string record(int times, double milliseconds, bool retries = false) {
    begin_anew();
    call(SYS_getpid, {}, 1);
    const std::string file = path() + std::to_string(++files_);
    for (int i = 0; i < times; ++i) {
      at(i * 100.0);
      const uint64_t task = create(retries ? "retry" : "parse");
      resume(task);
      at(i * 100.0 + milliseconds);
      end(task);
    }
    write_trace(log_, 0);
    std::filesystem::copy_file(path(), file);
    return file;
  }
  static std::string text(const std::vector<std::string>& before,
                          const std::vector<std::string>& after) {
    char* text = nullptr;
    size_t bytes = 0;
    CompareOptions options{.before = before, .after = after, .use_index = false};
    options.out = ::open_memstream(&text, &bytes);
    options.screen = screen();
    EXPECT_EQ(run_compare(options), 0);
    std::fclose(options.out);
    const std::string all(text, bytes);
    std::free(text);
    return all;
  }
  static void expect_has(const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }

 private:
  int files_ = 0;
};

const Change* find(const std::vector<Change>& changes, const std::string& what, Measure measure) {
  for (const Change& change : changes) {
    if (change.key.what == what && change.key.measure == measure) return &change;
  }
  return nullptr;
}

TEST_F(Compare, BeyondAndWithinTheNoise) {
  const Figures before{{{"parse", Measure::kCount}, Values{100, 100, 100}},
                       {{"parse", Measure::kRunning}, Values{1.0, 1.1, 1.2}},
                       {{"reply", Measure::kRunning}, Values{1.0, 1.1, 1.2}},
                       {{"gone", Measure::kCount}, Values{5, 5, 5}}};
  const Figures after{{{"parse", Measure::kCount}, Values{100, 100, 100}},
                      {{"parse", Measure::kRunning}, Values{1.3, 1.4}},
                      {{"reply", Measure::kRunning}, Values{1.1, 1.5}},
                      {{"come", Measure::kCount}, Values{7, 7}}};
  const auto changes = compare(before, after);
  ASSERT_EQ(changes.size(), 4u) << "the count of parse is the same";
  EXPECT_EQ(changes.front().key.what, "parse") << "the largest first";
  EXPECT_EQ(find(changes, "parse", Measure::kRunning)->verdict, Verdict::kBeyondNoise);
  EXPECT_EQ(find(changes, "reply", Measure::kRunning)->verdict, Verdict::kWithinNoise);
  EXPECT_EQ(find(changes, "gone", Measure::kCount)->verdict, Verdict::kOnlyBefore);
  EXPECT_EQ(find(changes, "come", Measure::kCount)->verdict, Verdict::kOnlyAfter);
}

TEST_F(Compare, OneRecordingASideTellsNoNoise) {
  const Figures before{{{"parse", Measure::kRunning}, Values{1.0}}};
  const Figures after{{{"parse", Measure::kRunning}, Values{2.0}}};
  const auto changes = compare(before, after);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes.front().verdict, Verdict::kNoiseUnknown);
}

/// The other side's runs differ as much.
TEST_F(Compare, OneRecordingOfASideWithinTheNoiseOfTheOther) {
  const Figures before{{{"parse", Measure::kRunning}, Values{1.0}},
                       {{"reply", Measure::kRunning}, Values{1.0}}};
  const Figures after{{{"parse", Measure::kRunning}, Values{0.9, 2.0}},
                      {{"reply", Measure::kRunning}, Values{1.9, 2.0}}};
  const auto changes = compare(before, after);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(find(changes, "parse", Measure::kRunning)->verdict, Verdict::kWithinNoise);
  EXPECT_EQ(find(changes, "reply", Measure::kRunning)->verdict, Verdict::kNoiseUnknown);
}

/// It runs now and then: that one side never did is no difference.
TEST_F(Compare, WhatDoesNotOccurRanZeroTimes) {
  const std::string often = record(4, 2), never = record(0, 0), retry = record(1, 2, true);
  const FigureKey key{"parse (app.cc)", Measure::kCount};
  Figures before, after;
  for (const std::string& file : {never, often, retry})
    add_figures(*analysis::Analysis::open(file, {.use_index = false}), before);
  for (const std::string& file : {never, never})
    add_figures(*analysis::Analysis::open(file, {.use_index = false}), after);
  EXPECT_EQ(before[key], (Values{0, 4, 0}));
  const auto changes = compare(before, after);
  EXPECT_EQ(find(changes, key.what, Measure::kCount)->verdict, Verdict::kWithinNoise);
  EXPECT_EQ(find(changes, "retry (app.cc)", Measure::kCount)->verdict, Verdict::kWithinNoise);
  EXPECT_EQ(text({never, often}, {never, never}).find("only in"), std::string::npos);
  expect_has(text({often, often}, {never, never}), "only in the first: parse (app.cc)\n");
}

/// "Beyond the noise" is said only where the noise is known.
TEST_F(Compare, NothingDiffers) {
  const std::string a = record(4, 2), b = record(4, 2), retry = record(4, 2, true);
  EXPECT_EQ(text({a, b}, {a, b}), "Nothing differs beyond the noise of the runs.\n");
  const std::string one = text({a}, {b});
  EXPECT_TRUE(one.starts_with("Nothing differs by more than 2 %.\n")) << one;
  expect_has(one, "One recording does not tell how much two runs of the same version");
  expect_has(text({a}, {retry}), "Nothing that both have differs by more than 2 %.\n");
  expect_has(text({record(4, 3)}, {record(4, 2), record(4, 9)}),
             "Nothing differs by more than the runs of one side do.\n");
}

TEST_F(Compare, FiguresOfExpressions) {
  for (int i = 0; i < 2; ++i) {
    at(i * 100.0);
    const uint64_t parse = create("parse");
    resume(parse);
    at(i * 100.0 + 4);
    end(parse);
  }
  Figures figures;
  add_figures(analyse(), figures);
  const FigureKey count{"parse (app.cc)", Measure::kCount};
  const FigureKey running{"parse (app.cc)", Measure::kRunning};
  ASSERT_TRUE(figures.contains(count));
  EXPECT_EQ(figures[count], Values{2});
  EXPECT_NEAR(figures[running].front(), 0.004, 1e-6);
}

}  // namespace
}  // namespace weft::report::test
