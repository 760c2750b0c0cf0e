#include "debugger/report/text/shell_word.h"

#include <gtest/gtest.h>

namespace weft::report {
namespace {

TEST(ShellWord, QuotedWhereNeeded) {
  EXPECT_EQ(shell_word("a/b-1.weft"), "a/b-1.weft");
  EXPECT_EQ(shell_word("my trace.weft"), "'my trace.weft'");
  EXPECT_EQ(shell_word("it's; rm *"), "'it'\\''s; rm *'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace weft::report
