#include "debugger/mcp/pages.h"

#include <gtest/gtest.h>

namespace weft::mcp {
namespace {

TEST(Pages, TogetherTheyAreAll) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "line " + std::to_string(i) + "\n";
  const uint64_t count = page_of(text, 1).count;
  std::string all;
  for (uint64_t i = 1; i <= count; ++i) {
    const Page page = page_of(text, i);
    EXPECT_LE(page.text.size(), kPageBytes);
    EXPECT_EQ(page.count, count);
    all += page.text;
  }
  EXPECT_EQ(all, text);
  EXPECT_EQ(page_of(text, count + 1).count, 0u);
  EXPECT_EQ(page_of(text, 0).count, 0u);
}

TEST(Pages, NothingIsOnePage) {
  EXPECT_EQ(page_of("", 1).count, 1u);
  EXPECT_EQ(page_of("no line end", 1).text, "no line end");
}

TEST(Pages, ALongLineIsCutBetweenCharacters) {
  std::string text = "a";
  while (text.size() < 3 * kPageBytes) text += "\xc3\xa4";
  const Page page = page_of(text + "\nnext\n", 1);
  EXPECT_EQ(page.count, 2u);
  const size_t kept = page.text.find(" ... (the line goes on)\n");
  ASSERT_NE(kept, std::string::npos);
  EXPECT_EQ(static_cast<unsigned char>(page.text[kept - 1]), 0xa4);
  EXPECT_EQ(page_of(text + "\nnext\n", 2).text, "next\n");
}

}  // namespace
}  // namespace weft::mcp
