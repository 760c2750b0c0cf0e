// What differs between recordings of two versions, and what is only noise.
#include "debugger/report/compare/sides.h"
#include "tests/unit/report/report_fixture.h"

namespace weft::report::test {
namespace {

using Values = std::vector<double>;

class Compare : public ReportTest {};

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
  const auto changes = compare(before, after, 3, 2);
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
  const auto changes = compare(before, after, 1, 1);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes.front().verdict, Verdict::kNoiseUnknown);
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
