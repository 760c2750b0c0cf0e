#include "debugger/lldb/code_rules.h"

#include <gtest/gtest.h>

#include <vector>

#include "debugger/lldb/notes_on_symbols.h"

namespace weft::source {
namespace {

size_t body_of(const std::vector<uint32_t>& lines) {
  return after_prologue(lines);
}

TEST(AfterPrologue, IsTheFirstOtherLine) {
  EXPECT_EQ(body_of({10, 11, 12}), 1u);
  EXPECT_EQ(body_of({10, 10, 10, 11}), 3u);
  EXPECT_EQ(body_of({10, 9}), 1u);
}

TEST(AfterPrologue, OfOneLineItIsTheSecondStart) {
  EXPECT_EQ(body_of({10}), 0u);
  EXPECT_EQ(body_of({10, 10}), 1u);
  EXPECT_EQ(body_of({10, 10, 10, 10, 10, 10, 11}), 1u) << "LLDB looks no further";
}

TEST(HotAndCold, NamesLeadToEachOther) {
  EXPECT_EQ(hot_name("_Z3runi.cold"), "_Z3runi");
  EXPECT_EQ(hot_name("_Z3runi"), "_Z3runi");
  EXPECT_EQ(hot_name("_Z3runP9_Z3rv.Frame.actor.cold"), "_Z3runP9_Z3rv.Frame.actor");
  EXPECT_EQ(cold_name("_Z3runi"), "_Z3runi.cold");
}

TEST(StackBytes, PushesAndTheRoomForVariables) {
  EXPECT_EQ(stack_bytes("pushq", "%rbp"), 8u);
  EXPECT_EQ(stack_bytes("subq", "$0x18, %rsp"), 24u);
  EXPECT_EQ(stack_bytes("subq", "$16, %rsp"), 16u);
  EXPECT_EQ(stack_bytes("subq", "$0x18, %rax"), 0u);
  EXPECT_EQ(stack_bytes("subq", "%rax, %rsp"), 0u) << "as much as the program says";
  EXPECT_EQ(stack_bytes("movq", "%rsp, %rbp"), 0u);
  EXPECT_TRUE(ends_frame_setup("callq"));
  EXPECT_TRUE(ends_frame_setup("popq"));
  EXPECT_FALSE(ends_frame_setup("pushq"));
}

TEST(Prefixes, BelongToTheInstructionThatFollows) {
  EXPECT_TRUE(is_prefix("lock", ""));
  EXPECT_TRUE(is_prefix("rep ", ""));
  EXPECT_TRUE(is_prefix("rex64", ""));
  EXPECT_FALSE(is_prefix("rep", "movsb (%rsi), %es:(%rdi)")) << "it is all there";
  EXPECT_FALSE(is_prefix("xaddl", "%eax, (%rdi)"));
  EXPECT_FALSE(is_prefix("retq", ""));
}

TEST(CodeRangeTest, HoldsItsStartAndNotItsEnd) {
  const CodeRange range{0x10, 0x20};
  EXPECT_TRUE(range.holds(0x10));
  EXPECT_TRUE(range.holds(0x1f));
  EXPECT_FALSE(range.holds(0x20));
  EXPECT_FALSE(range.holds(0xf));
}

TEST(NotesOnSymbols, AreLeftOut) {
  EXPECT_EQ(without_notes_on_symbols("a\nerror: x: DW_TAG_member ...\nb\n"), "a\nb\n");
  EXPECT_EQ(without_notes_on_symbols("warning: x: adding range [0x1-0x2)\nb"), "b");
  EXPECT_EQ(without_notes_on_symbols(""), "");
}

}  // namespace
}  // namespace weft::source
