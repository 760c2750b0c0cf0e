#include "replayer/inspect/escape.h"

#include <gtest/gtest.h>

namespace weft::inspect {
namespace {

std::string quoted(std::string_view text, size_t limit) {
  return quote_bytes(std::as_bytes(std::span(text.data(), text.size())), limit);
}

TEST(Escape, LeavesTextAsItIs) {
  EXPECT_EQ(escape("/usr/bin/x y"), "/usr/bin/x y");
  EXPECT_EQ(escape("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"),
            "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80");
}

TEST(Escape, NothingActsOnATerminal) {
  EXPECT_EQ(escape("a\x1b[2Jb\x07\x7f"), "a\\x1b[2Jb\\x07\\x7f");
  EXPECT_EQ(escape("\n\r\t"), "\\n\\r\\t");
  EXPECT_EQ(escape("\xc2\x9b"
                   "31m"),
            "\\xc2\\x9b31m");  // CSI as one C1 character
  EXPECT_EQ(escape("\xe2\x80\xae"
                   "x"),
            "\\xe2\\x80\\xaex");  // right-to-left override
  EXPECT_EQ(escape("\xff\xc0\x80\xed\xa0\x80"), "\\xff\\xc0\\x80\\xed\\xa0\\x80");
  EXPECT_EQ(escape(std::string_view("\0", 1)), "\\x00");
}

TEST(Escape, QuotesOnlyWhereTheyWouldEndTheString) {
  EXPECT_EQ(escape("say \"x\" \\"), "say \\\"x\\\" \\\\");
  EXPECT_EQ(printable("say \"x\" \\"), "say \"x\" \\");
}

TEST(QuoteBytes, ShowsTheBeginning) {
  EXPECT_EQ(quoted("+OK\r\n", 32), "\"+OK\\r\\n\"");
  EXPECT_EQ(quoted("abcdef", 3), "\"abc\"...");
  EXPECT_EQ(quoted("\xc3\xbc", 32), "\"\\xc3\\xbc\"");
  EXPECT_EQ(quoted("", 32), "\"\"");
}

TEST(PrintableLines, KeepsLinesAndGivesTheLastOneAnEnd) {
  EXPECT_EQ(printable_lines(""), "");
  EXPECT_EQ(printable_lines("a"), "a\n");
  EXPECT_EQ(printable_lines("a\n\nb\n"), "a\n\nb\n");
  EXPECT_EQ(printable_lines("\x1b[31mred\n\x1b[0m"), "\\x1b[31mred\n\\x1b[0m\n");
}

}  // namespace
}  // namespace weft::inspect
