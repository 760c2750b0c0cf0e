#include "debugger/report/logs/line_joiner.h"

#include <gtest/gtest.h>

#include <vector>

#include "debugger/report/logs/log_reader.h"

namespace weft::report {
namespace {

struct Lines {
  LineJoiner joiner;
  std::vector<WrittenLine> all;
  trace::EventIndex event{0};
  void write(std::string_view bytes, uint64_t missing = 0) {
    joiner.write({++event, trace::Ticks(), trace::ThreadNumber(0)}, bytes, missing, take());
  }
  LineJoiner::Take take() {
    return [this](WrittenLine&& line) { all.push_back(std::move(line)); };
  }
};

TEST(LineJoiner, PiecesAndSeveralAtOnce) {
  Lines lines;
  lines.write("a");
  lines.write("b\nc\n\nd");
  lines.write("\n");
  ASSERT_EQ(lines.all.size(), 4u);
  EXPECT_EQ(lines.all[0].text, "ab");
  EXPECT_EQ(lines.all[0].first.event, trace::EventIndex(1));
  EXPECT_EQ(lines.all[0].last.event, trace::EventIndex(2));
  EXPECT_EQ(lines.all[1].text, "c");
  EXPECT_EQ(lines.all[2].text, "");
  EXPECT_EQ(lines.all[3].text, "d");
  EXPECT_EQ(lines.all[3].first.event, trace::EventIndex(2));
  EXPECT_EQ(lines.all[3].last.event, trace::EventIndex(3));
}

TEST(LineJoiner, WhatTheTraceDoesNotHoldEndsTheLine) {
  Lines lines;
  lines.write("begin", 10);
  lines.write("next\n");
  ASSERT_EQ(lines.all.size(), 2u);
  EXPECT_EQ(lines.all[0].text, "begin");
  EXPECT_EQ(lines.all[0].missing, 10u);
  EXPECT_EQ(lines.all[1].text, "next");
  EXPECT_EQ(lines.all[1].missing, 0u);
}

TEST(LineJoiner, WithoutALineEnd) {
  Lines lines;
  lines.joiner.finish(lines.take());
  EXPECT_TRUE(lines.all.empty());
  lines.write("x");
  lines.joiner.finish(lines.take());
  ASSERT_EQ(lines.all.size(), 1u);
  EXPECT_FALSE(lines.all[0].complete);
}

TEST(WithoutEscapes, ColoursTitlesAndWhatIsCut) {
  EXPECT_EQ(without_escapes("\x1b[1;31mred\x1b[0m"), "red");
  EXPECT_EQ(without_escapes("a\x1b]0;title\x07"
                            "b\x1b]8;;http://x\x1b\\c"),
            "abc");
  EXPECT_EQ(without_escapes("a\x1b(Bb"), "ab");
  EXPECT_EQ(without_escapes("a\x1b[1;3"), "a");
  EXPECT_EQ(without_escapes("a\x1b"), "a");
  EXPECT_EQ(without_escapes("plain"), "plain");
}

TEST(IsLogFile, ByNameOrBecauseItIsAppendedTo) {
  EXPECT_TRUE(is_log_file("/var/x/app.log", false));
  EXPECT_TRUE(is_log_file("journal", true));
  EXPECT_FALSE(is_log_file("/logs/table.bin", false));
  EXPECT_FALSE(is_log_file("/dev/log", true));
}

}  // namespace
}  // namespace weft::report
