// Pages that differ in one word never have the same digest; others do not either.
#include "weft/trace/page_digest.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

namespace weft::trace {
namespace {

using Page = std::vector<uint64_t>;

uint64_t digest(const Page& page) {
  return digest_words(kDigestStart, page.data(), page.size());
}

TEST(PageDigest, EveryCountOfOneWordHasItsOwn) {
  Page page(512);
  std::set<uint64_t> seen;
  for (uint64_t count = 0; count < 100'000; ++count) {
    page[77] = count;
    seen.insert(digest(page));
  }
  EXPECT_EQ(seen.size(), 100'000u);
}

TEST(PageDigest, EveryBitOfEveryWordCounts) {
  std::mt19937_64 random(1);
  Page page(512);
  for (uint64_t& word : page) word = random();
  std::set<uint64_t> seen{digest(page)};
  for (uint64_t& word : page) {
    for (int bit = 0; bit < 64; ++bit) {
      word ^= uint64_t{1} << bit;
      EXPECT_TRUE(seen.insert(digest(page)).second);
      word ^= uint64_t{1} << bit;
    }
  }
}

TEST(PageDigest, WordsThatChangePlacesCount) {
  Page page(512);
  page[8] = 1, page[16] = 2;
  const uint64_t one = digest(page);
  std::swap(page[8], page[16]);
  EXPECT_NE(digest(page), one);
  std::swap(page[8], page[9]);
  EXPECT_NE(digest(page), one);
}

TEST(PageDigest, GoesOnFromPageToPage) {
  const Page zeros(512);
  const uint64_t one = digest(zeros);
  const uint64_t two = digest_words(one, zeros.data(), zeros.size());
  EXPECT_NE(one, two);
}

}  // namespace
}  // namespace weft::trace
