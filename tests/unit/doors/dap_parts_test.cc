// Parts of weft dap by themselves.
#include <gtest/gtest.h>

#include "debugger/dap/dap_message.h"
#include "debugger/dap/event_stops.h"
#include "debugger/dap/handles.h"
#include "debugger/dap/socket_owner.h"
#include "debugger/dap/stops.h"

namespace weft::dap {
namespace {

std::string hits(const char* condition) {
  const auto parsed = HitCondition::parse(condition);
  if (!parsed) return parsed.error().message;
  std::string text;
  for (uint64_t i = 1; i <= 6; ++i) text += parsed->holds(i) ? '1' : '0';
  return text;
}

TEST(HitCondition, CountsHits) {
  EXPECT_EQ(hits(""), "111111");
  EXPECT_EQ(hits("3"), "001111");
  EXPECT_EQ(hits(" >= 3 "), "001111");
  EXPECT_EQ(hits("> 3"), "000111");
  EXPECT_EQ(hits("== 3"), "001000");
  EXPECT_EQ(hits("%2"), "010101");
  EXPECT_EQ(hits("x"), "'x' is no count of hits");
  EXPECT_EQ(hits("0"), "'0' is no count of hits");
}

TEST(ReadRequest, WrongArgumentsAreDefaults) {
  const auto read = read_request(
      R"({"seq": 3, "type": "request", "command": "next", "arguments": {"a": "x", "b": [1]}})");
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.request.seq, 3);
  EXPECT_EQ(number_in(read.request.arguments, "a", 7), 7);
  EXPECT_EQ(text_in(read.request.arguments, "b"), "");
  EXPECT_TRUE(list_in(read.request.arguments, "a").empty());
  EXPECT_EQ(list_in(read.request.arguments, "b").size(), 1u);
}

TEST(EventStops, AConditionNarrowsTheFilter) {
  EXPECT_EQ(*event_filter_text("task-failed", ""), "task-failed");
  EXPECT_EQ(*event_filter_text("task-failed", "task ~ x"), "(task-failed) && (task ~ x)");
  EXPECT_EQ(*event_filter_text("event", "read"), "read");
  EXPECT_FALSE(event_filter_text("event", ""));
  EXPECT_FALSE(event_filter_text("nothing", ""));
}

TEST(Handles, BeginAtOne) {
  Handles<int> handles;
  EXPECT_EQ(handles.add(7), 1);
  EXPECT_EQ(*handles.find(1), 7);
  EXPECT_EQ(handles.find(0), nullptr);
  EXPECT_EQ(handles.find(2), nullptr);
  handles.clear();
  EXPECT_EQ(handles.find(1), nullptr);
}

TEST(SocketOwner, AsTheKernelsTableHasIt) {
  constexpr const char* kTable =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout\n"
      "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 "
      "1\n"
      "   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 "
      "2\n";
  EXPECT_EQ(owner_in_table(kTable, "0100007F:C350", "0100007F:1F90"), 1000u);
  EXPECT_FALSE(owner_in_table(kTable, "0100007F:1F90", "0100007F:C350"));
  EXPECT_FALSE(owner_in_table("", "0100007F:C350", "0100007F:1F90"));
}

}  // namespace
}  // namespace weft::dap
