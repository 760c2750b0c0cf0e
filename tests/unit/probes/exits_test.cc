// Where control leaves a function, from its bytes.
#include "replayer/probes/exits.h"

#include <gtest/gtest.h>

namespace weft::probes {
namespace {

constexpr uint64_t kLow = 0x1000;

Exits exits_of(std::vector<uint8_t> code, std::vector<CodeRange> others = {}) {
  Function function;
  function.parts = {{kLow, kLow + code.size()}};
  function.parts.insert(function.parts.end(), others.begin(), others.end());
  Exits exits;
  find_exits(function, kLow, code, exits);
  return exits;
}

TEST(Exits, EachReturnIsOne) {
  const Exits exits = exits_of({0x85, 0xff,          // test %edi,%edi
                                0x74, 0x01,          // je +1
                                0xc3,                // ret
                                0xf3, 0xc3,          // repz ret
                                0xc2, 0x08, 0x00});  // ret $8
  ASSERT_EQ(exits.exits.size(), 3u);
  EXPECT_EQ(exits.exits[0].address, kLow + 4);
  EXPECT_EQ(exits.exits[1].address, kLow + 5);
  EXPECT_EQ(exits.exits[2].address, kLow + 7);
  EXPECT_TRUE(exits.is_whole);
}

TEST(Exits, AJumpOutIsOneButNotIntoAPartThatWasSplitOff) {
  const std::vector<uint8_t> jump = {0xe9, 0xfb, 0x0f, 0x00, 0x00};  // jmp 0x2000
  ASSERT_EQ(exits_of(jump).exits.size(), 1u);
  EXPECT_EQ(exits_of(jump).exits[0].kind, ExitKind::kJump);
  EXPECT_TRUE(exits_of(jump, {{0x2000, 0x2010}}).exits.empty());
}

TEST(Exits, AConditionalJumpOutNotesTheFlags) {
  const Exits exits = exits_of({0x0f, 0x85, 0xfa, 0x0f, 0x00, 0x00});  // jne 0x2000
  ASSERT_EQ(exits.exits.size(), 1u);
  EXPECT_EQ(exits.exits[0].kind, ExitKind::kConditional);
  EXPECT_EQ(exits.exits[0].word.base, channel::ProbeRegister::kFlags);
  EXPECT_TRUE(condition_holds(exits.exits[0].condition, 0));
  EXPECT_FALSE(condition_holds(exits.exits[0].condition, 0x40));
}

TEST(Exits, AComputedJumpNotesItsTarget) {
  const Exits exits =
      exits_of({0xff, 0xe0,                                      // jmp *%rax
                0x3e, 0xff, 0x24, 0xfd, 0x00, 0x30, 0x40, 0x00,  // *0x403000(,%rdi,8)
                0xff, 0x25, 0x10, 0x00, 0x00, 0x00});            // *0x10(%rip)
  ASSERT_EQ(exits.exits.size(), 3u);
  EXPECT_EQ(exits.exits[0].word.base, channel::ProbeRegister::kRax);
  EXPECT_EQ(exits.exits[0].word.loads, 0);
  EXPECT_EQ(exits.exits[1].word.index, channel::ProbeRegister::kRdi);
  EXPECT_EQ(exits.exits[1].word.shift, 3);
  EXPECT_EQ(exits.exits[1].word.displacement, 0x403000);
  EXPECT_EQ(exits.exits[1].word.loads, 1);
  EXPECT_EQ(exits.exits[2].word.displacement, int64_t{kLow} + 16 + 0x10);
  EXPECT_EQ(exits.exits[2].word.base, channel::ProbeRegister::kNone);
}

TEST(Exits, ALoopToTheFirstInstructionIsNoted) {
  EXPECT_TRUE(exits_of({0xff, 0xcf, 0x75, 0xfc, 0xc3}).loops_to_start);  // dec; jne -4; ret
  EXPECT_FALSE(exits_of({0x90, 0xff, 0xcf, 0x75, 0xfc, 0xc3}).loops_to_start);
}

TEST(Exits, BytesThatAreNoInstructionsAreNoted) {
  EXPECT_FALSE(exits_of({0x90, 0x06}).is_whole);
}

}  // namespace
}  // namespace weft::probes
