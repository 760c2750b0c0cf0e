#include "weft/base/shell_word.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(ShellWord, QuotedWhereNeeded) {
  EXPECT_EQ(shell_word("a/b-1.weft"), "a/b-1.weft");
  EXPECT_EQ(shell_word("my trace.weft"), "'my trace.weft'");
  EXPECT_EQ(shell_word("it's; rm *"), "'it'\\''s; rm *'");
  EXPECT_EQ(shell_word(""), "''");
}

/// A terminal must not obey what is in a file's name.
TEST(ShellWord, ControlCharactersAreWritten) {
  EXPECT_EQ(shell_word("a\x1b[2Jb\n"), "$'a\\033[2Jb\\012'");
  EXPECT_EQ(shell_word("it's\t\\"), "$'it\\'s\\011\\\\'");
}

}  // namespace
}  // namespace weft
