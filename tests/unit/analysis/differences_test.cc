// Which requests are slow, what they have in common, and which do things out of order.
#include "debugger/analysis/slow/differences.h"

#include "debugger/analysis/questions/odd_orders.h"
#include "debugger/analysis/slow/slow_cuts.h"
#include "tests/unit/analysis/async_fixture.h"

namespace weft::analysis::test {
namespace {

std::vector<Ticks> durations_of(std::initializer_list<uint64_t> numbers) {
  std::vector<Ticks> durations;
  for (const uint64_t number : numbers) durations.push_back(Ticks(number));
  return durations;
}

std::vector<Ticks> some_durations() {
  std::vector<Ticks> durations;
  for (uint64_t i = 0; i < 200; ++i)
    durations.push_back(Ticks(1000 + 7 * i));  // up to 2.4 times as long
  return durations;
}

TEST(SlowCuts, AGapSetsTheSlowOnesApart) {
  std::vector<Ticks> durations = some_durations();
  for (const int noise : {3'000, 4'500, 6'000, 9'000}) durations.push_back(Ticks(noise));
  for (const int slow : {110'000, 130'000, 200'000}) durations.push_back(Ticks(slow));
  const SlowCuts cuts = slow_cuts(durations);
  ASSERT_FALSE(cuts.cuts.empty());
  EXPECT_EQ(cuts.cuts[cuts.widest], Ticks(110'000));
  EXPECT_EQ(cuts.reached(Ticks(200'000)), cuts.cuts.size());
  EXPECT_EQ(cuts.reached(Ticks(1'000)), 0u);
}

TEST(SlowCuts, WithoutAGapNoneIsSlow) {
  EXPECT_TRUE(slow_cuts(some_durations()).cuts.empty());
  EXPECT_TRUE(slow_cuts({}).cuts.empty());
  EXPECT_TRUE(slow_cuts(durations_of({5})).cuts.empty());
}

TEST(SlowCuts, AMajorityIsNotSlow) {
  EXPECT_TRUE(slow_cuts(durations_of({1, 1, 100, 100, 100, 100})).cuts.empty());
}

class SlowAndOdd : public AsyncTest {
 protected:
  /// A request that runs the expressions one after the other.
  void request(double milliseconds, const std::vector<std::string>& expressions) {
    const uint64_t session = create("session");
    resume(session);
    const uint64_t id = begin_request("GET /" + std::to_string(count_++), session);
    for (const std::string& name : expressions) {
      const uint64_t task = create(name, session);
      resume(task, session);
      end(task);
    }
    now_ += milliseconds;
    at(now_);
    end_request(id, session);
    end(session);
  }
  std::vector<RequestIndex> explicit_requests(const Model& model) {
    std::vector<RequestIndex> requests;
    for (const RequestIndex i : model.requests.numbers()) {
      if (model.requests[RequestIndex(i)].kind == RequestKind::kExplicit) requests.push_back(i);
    }
    return requests;
  }

 private:
  double now_ = 1;
  int count_ = 0;
};

TEST_F(SlowAndOdd, NoiseDoesNotHideTheCause) {
  for (int i = 0; i < 196; ++i) request(1 + 0.01 * (i % 90), {"page", "price"});
  // Load: three times the median and more, one after the other, for no common reason.
  for (int i = 0; i < 36; ++i) request(4 + 0.15 * i, {"page", "price"});
  for (int i = 0; i < 8; ++i) request(40 + 9 * i, {"page", "price", "locked"});
  for (int i = 0; i < 2; ++i) request(2, {"page", "locked"});
  const Analysis analysis = analyse();
  const RequestGroups groups(analysis.model());
  const auto compared = explicit_requests(analysis.model());
  const SlowRequests slow = find_slow(analysis, groups, compared, 6);
  EXPECT_EQ(slow.slow, 8u);
  EXPECT_EQ(slow.others, 234u);
  EXPECT_NEAR(analysis.seconds(slow.threshold), 0.040, 1e-4);
  ASSERT_EQ(slow.differences.size(), 1u);
  const Difference& found = slow.differences.front();
  ASSERT_EQ(found.features.size(), 1u);
  EXPECT_EQ(found.features[0].kind, FeatureKind::kExpression);
  EXPECT_EQ(expression_name(analysis.model(), found.features[0].expression), "locked");
  EXPECT_EQ(found.slow, 8u);
  EXPECT_EQ(found.others, 2u);
}

TEST_F(SlowAndOdd, NothingInCommonIsSaidToBeNothing) {
  for (int i = 0; i < 50; ++i) request(i % 20 == 5 ? 50 + i : 1 + 0.01 * i, {"page"});
  const Analysis analysis = analyse();
  const SlowRequests slow =
      find_slow(analysis, RequestGroups(analysis.model()), explicit_requests(analysis.model()), 6);
  EXPECT_EQ(slow.slow, 3u);
  EXPECT_TRUE(slow.differences.empty());
}

SlowRequests find(const Analysis& analysis, const std::vector<RequestIndex>& requests) {
  return find_slow(analysis, RequestGroups(analysis.model()), requests, 6);
}

/// Neither of both alone: it takes the page and the discount.
TEST_F(SlowAndOdd, TwoFeaturesTogether) {
  for (int i = 0; i < 300; ++i) {
    std::vector<std::string> runs{"session_of"};
    if (i % 3 == 0) runs.push_back("page");
    if (i % 5 == 0) runs.push_back("discount");
    request(i % 15 == 0 ? 50 : 1, runs);
  }
  const Analysis analysis = analyse();
  const SlowRequests slow = find(analysis, explicit_requests(analysis.model()));
  ASSERT_FALSE(slow.differences.empty());
  const Difference& best = slow.differences.front();
  ASSERT_EQ(best.features.size(), 2u);
  EXPECT_EQ(best.slow, 20u);
  EXPECT_EQ(best.others, 0u);
  EXPECT_LT(slow.chance, 0.02);
}

/// One alone tells them apart: a second one adds nothing.
TEST_F(SlowAndOdd, NoSecondFeatureWhereOneWillDo) {
  for (int i = 0; i < 300; ++i) {
    std::vector<std::string> runs{"session_of"};
    if (i % 3 == 0) runs.push_back("page");
    if (i % 15 == 0) runs.push_back("locked");
    request(i % 15 == 0 ? 50 : 1, runs);
  }
  const Analysis analysis = analyse();
  const SlowRequests slow = find(analysis, explicit_requests(analysis.model()));
  ASSERT_FALSE(slow.differences.empty());
  EXPECT_EQ(slow.differences.front().features.size(), 1u);
}

/// Many features, two slow requests: something always fits.
TEST_F(SlowAndOdd, WhatChanceDoesAsWell) {
  uint32_t random = 12345;
  for (int i = 0; i < 60; ++i) {
    std::vector<std::string> runs;
    for (int feature = 0; feature < 40; ++feature) {
      random = random * 1664525 + 1013904223;
      if (random >> 28 < 3) runs.push_back("step" + std::to_string(feature));
    }
    request(i == 20 || i == 41 ? 50 : 1, runs);
  }
  const Analysis analysis = analyse();
  const SlowRequests slow = find(analysis, explicit_requests(analysis.model()));
  EXPECT_EQ(slow.slow, 2u);
  if (!slow.differences.empty()) {
    EXPECT_GT(slow.chance, kMayBeChance);
  }
}

TEST_F(SlowAndOdd, TogetherInTime) {
  for (int i = 0; i < 100; ++i) request((i >= 40 && i < 44) || (i >= 70 && i < 74) ? 50 : 1, {});
  const Analysis analysis = analyse();
  const SlowRequests slow = find(analysis, explicit_requests(analysis.model()));
  ASSERT_EQ(slow.differences.size(), 1u);
  const Difference& found = slow.differences.front();
  ASSERT_EQ(found.features.front().kind, FeatureKind::kTime);
  EXPECT_EQ(found.features.front().spans.size(), 2u);
  EXPECT_EQ(found.slow, 8u);
  EXPECT_EQ(found.others, 0u);
  EXPECT_LT(slow.chance, 0.05);
}

TEST_F(SlowAndOdd, AFewInAnotherOrder) {
  for (int i = 0; i < 41; ++i) request(1, {"auth", "load", "store"});
  request(1, {"auth", "store", "load"});
  request(1, {"auth", "store"});  // has other ones: nothing to compare with
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  const auto odd = odd_orders(analysis, RequestGroups(model), explicit_requests(model));
  ASSERT_EQ(odd.size(), 1u);
  EXPECT_EQ(model.strings[model.requests[odd[0].request].name], "GET /41");
  EXPECT_EQ(odd[0].usual_count, 41u);
  ASSERT_EQ(odd[0].order.size(), 3u);
  EXPECT_EQ(expression_name(model, odd[0].order[1].expression), "store");
  EXPECT_EQ(expression_name(model, odd[0].usual[1].expression), "load");
}

TEST_F(SlowAndOdd, TwoUsualOrdersAreNotOdd) {
  for (int i = 0; i < 20; ++i) request(1, {"a", "b"});
  for (int i = 0; i < 20; ++i) request(1, {"b", "a"});
  const Analysis analysis = analyse();
  const Model& model = analysis.model();
  EXPECT_TRUE(odd_orders(analysis, RequestGroups(model), explicit_requests(model)).empty());
}

}  // namespace
}  // namespace weft::analysis::test
