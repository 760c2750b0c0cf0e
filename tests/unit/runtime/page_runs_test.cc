// Pages to digest are put into as many digests as an event has room for.
#include "recorder/runtime/preempt/page_runs.cc"

#include <gtest/gtest.h>

#include <memory>

namespace weft::runtime {
namespace {

constexpr uint64_t kPage = layout::kPage;
constexpr uint64_t kBase = 0x1000'0000;

class PageRunsTest : public testing::Test {
 protected:
  void SetUp() override { runs_->clear(); }
  void add(uint64_t first, uint64_t count, uint64_t range_end = 1 << 20) {
    runs_->add(kBase + first * kPage, kBase + (first + count) * kPage, kBase + range_end * kPage);
  }
  uint64_t count() const { return static_cast<uint64_t>(runs_->end() - runs_->begin()); }
  uint64_t digests(uint64_t pages_each) const {
    uint64_t sum = 0;
    for (const PageRun& run : *runs_) sum += (run.pages() + pages_each - 1) / pages_each;
    return sum;
  }
  bool covers(uint64_t page) const {
    const uint64_t address = kBase + page * kPage;
    for (const PageRun& run : *runs_) {
      if (run.begin <= address && address < run.end) return true;
    }
    return false;
  }

  std::unique_ptr<PageRuns> runs_ = std::make_unique<PageRuns>();
};

TEST_F(PageRunsTest, RunsThatContinueEachOtherAreOne) {
  add(0, 2);
  add(2, 3);
  add(6, 1);
  EXPECT_EQ(count(), 2u);
  EXPECT_EQ(runs_->begin()->pages(), 5u);
}

TEST_F(PageRunsTest, EachPageHasADigestIfThereIsRoom) {
  for (uint64_t i = 0; i < 100; ++i) add(3 * i, 1);
  EXPECT_EQ(runs_->fit(100), 1u);
  EXPECT_EQ(count(), 100u);
}

TEST_F(PageRunsTest, SmallGapsAreFilledWhereThereAreTooManyRuns) {
  for (uint64_t i = 0; i < 1000; ++i) add(3 * i, 1);
  const uint64_t pages = runs_->fit(100);
  ASSERT_NE(pages, 0u);
  EXPECT_LE(digests(pages), 100u);
  for (uint64_t i = 0; i < 1000; ++i) EXPECT_TRUE(covers(3 * i));
}

TEST_F(PageRunsTest, GapsBetweenMappingsAreNotFilled) {
  for (uint64_t i = 0; i < 10; ++i) add(3 * i, 1, 3 * i + 2);
  EXPECT_EQ(runs_->fit(9), 0u);
  EXPECT_EQ(count(), 10u);
  for (uint64_t i = 0; i < 10; ++i) EXPECT_FALSE(covers(3 * i + 2));
}

TEST_F(PageRunsTest, MuchMemoryTakesSeveralPagesADigest) {
  add(0, 100'000);
  const uint64_t pages = runs_->fit(2000);
  EXPECT_EQ(pages, 64u);
  EXPECT_LE(digests(pages), 2000u);
}

TEST_F(PageRunsTest, WhatDoesNotFitIsSaid) {
  add(0, 5000 * trace::kMostPagesDigested, UINT32_MAX);
  EXPECT_EQ(runs_->fit(4999), 0u);
  EXPECT_EQ(runs_->fit(5000), trace::kMostPagesDigested);
}

TEST_F(PageRunsTest, MoreRunsThanFitAreSaid) {
  for (uint64_t i = 0; i < 70'000; ++i) add(3 * i, 1, 3 * i + 1);
  EXPECT_FALSE(runs_->complete());
  runs_->clear();
  EXPECT_TRUE(runs_->complete());
}

}  // namespace
}  // namespace weft::runtime
