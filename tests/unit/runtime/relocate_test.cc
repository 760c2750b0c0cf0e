// Moved instructions are run, and do what they did at their first place.
#include "recorder/runtime/code/relocate.cc"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <vector>

namespace weft::runtime {
namespace {

constexpr size_t kPage = 4096;

/// A page of code, and one some pages on for what is moved.
class Relocate : public testing::Test {
 protected:
  void SetUp() override {
    constexpr int kProtection = PROT_READ | PROT_WRITE | PROT_EXEC;
    void* memory = mmap(nullptr, 16 * kPage, kProtection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    code_ = static_cast<uint8_t*>(memory);
    moved_code_ = code_ + 8 * kPage + 12;
  }
  void TearDown() override { munmap(code_, 16 * kPage); }

  uint64_t run(uint64_t argument) {
    return reinterpret_cast<uint64_t (*)(uint64_t)>(code_)(argument);
  }

  /// Puts a jmp to the moved instructions at `offset`, as a breakpoint does.
  void move(size_t offset) {
    const auto from = reinterpret_cast<uint64_t>(code_ + offset);
    const auto to = reinterpret_cast<uint64_t>(moved_code_);
    ASSERT_TRUE(move_instructions(code_ + offset, 64, from, moved_code_, to, &moved_));
    const auto distance = static_cast<int32_t>(to - (from + kJumpBytes));
    code_[offset] = 0xe9;
    memcpy(code_ + offset + 1, &distance, sizeof distance);
  }

  void expect_same_after_move(std::vector<uint8_t> bytes, size_t offset) {
    memcpy(code_, bytes.data(), bytes.size());
    std::vector<uint64_t> results;
    for (uint64_t argument = 0; argument < 5; ++argument) results.push_back(run(argument));
    move(offset);
    for (uint64_t argument = 0; argument < 5; ++argument)
      EXPECT_EQ(run(argument), results[argument]) << argument;
  }

  uint8_t* code_;
  uint8_t* moved_code_;
  Moved moved_;
};

TEST_F(Relocate, KeepsTheTargetOfARipRelativeOperand) {
  expect_same_after_move({0x48, 0x8b, 0x05, 0xf9, 0x00, 0x00, 0x00,  // mov 0x100(start),%rax
                          0x48, 0x01, 0xf8, 0xc3},
                         0);  // add %rdi,%rax; ret
  code_[0x101] = 7;
  EXPECT_EQ(run(1), 0x701u);
}

TEST_F(Relocate, KeepsTheTargetOfAnOperandWithAnImmediateBehindIt) {
  expect_same_after_move({0x48, 0x83, 0x05, 0xf8, 0x00, 0x00, 0x00, 0x05,  // addq $5,0x100(start)
                          0x48, 0x89, 0xf8, 0xc3},
                         0);
  EXPECT_EQ(code_[0x100], 5 * 10);
}

TEST_F(Relocate, KeepsConditionalJumps) {
  expect_same_after_move({0x31, 0xc0,              // xor %eax,%eax
                          0x48, 0x83, 0xff, 0x02,  // cmp $2,%rdi
                          0x74, 0x03,              // je +3
                          0x8d, 0x40, 0x09,        // lea 9(%rax),%eax
                          0xff, 0xc0, 0xc3},
                         2);  // inc %eax; ret
  EXPECT_EQ(moved_.count, 2);
}

TEST_F(Relocate, KeepsALoopWhoseBackEdgeIsUnderTheJump) {
  expect_same_after_move({0x31, 0xc0,                    // xor %eax,%eax
                          0x48, 0xff, 0xc0, 0xff, 0xcf,  // 1: inc %rax; dec %edi
                          0x7f, 0xf9, 0xc3},
                         2);  // jg 1b; ret
}

TEST_F(Relocate, KeepsLoopInstructions) {
  expect_same_after_move({0x31, 0xc0, 0x8d, 0x4f, 0x01,  // xor %eax,%eax; lea 1(%rdi),%ecx
                          0x83, 0xc0, 0x03,              // 1: add $3,%eax
                          0xe2, 0xfb, 0x90, 0x90, 0x90, 0x90, 0xc3},
                         5);  // loop 1b
}

TEST_F(Relocate, PushesTheReturnAddressOfTheFirstPlace) {
  expect_same_after_move({0xe8, 0x06, 0x00, 0x00, 0x00,  // call 1f
                          0x48, 0x29, 0xf8, 0xc3,        // sub %rdi,%rax; ret
                          0x90, 0x90, 0x48, 0x8b, 0x04, 0x24, 0xc3},
                         0);  // 1: mov (%rsp),%rax; ret
  EXPECT_EQ(run(0), reinterpret_cast<uint64_t>(code_ + 5));
}

TEST_F(Relocate, NamesThePlaceOfEachInstruction) {
  const uint8_t code[] = {0x50, 0x58, 0x90, 0x48,
                          0x89, 0xf8, 0xc3};  // push, pop, nop, mov %rdi,%rax
  memcpy(code_, code, sizeof code);
  move(0);
  ASSERT_EQ(moved_.count, 4);
  EXPECT_EQ(moved_.bytes, 6);
  EXPECT_EQ(moved_.offsets[3], 3);
  EXPECT_EQ(moved_.places[3], reinterpret_cast<uint64_t>(moved_code_ + 3));
}

TEST(CanMove, RefusesWhatKnowsItsOwnAddress) {
  const std::vector<std::vector<uint8_t>> refused = {
      {0x0f, 0x05, 0x48, 0x3d, 0, 0, 0, 0},  // syscall
      {0xcc, 0x90, 0x90, 0x90, 0x90},        // int3
      {0xff, 0xd0, 0x90, 0x90, 0x90},        // call *%rax
      {0x90, 0xc3, 0x01, 0x02, 0x03, 0x04},  // data after ret
      {0xeb, 0xfe, 0x90, 0x90, 0x90},        // code that nobody comes to after jmp
      {0x90, 0x06, 0x90, 0x90, 0x90},        // no instruction
  };
  for (const auto& code : refused)
    EXPECT_FALSE(can_move(code.data(), static_cast<int>(code.size())));
  const uint8_t enough[] = {0x90, 0x90, 0x90, 0x90, 0xc3};
  EXPECT_TRUE(can_move(enough, sizeof enough));
  EXPECT_FALSE(can_move(enough, 4));
}

TEST(CanMove, FindsWhatIsOutOfReach) {
  const uint8_t code[] = {0x48, 0x8b, 0x05, 0, 0, 0, 0x80};  // mov -2 GiB(%rip),%rax
  uint8_t out[kMaxMovedBytes];
  Moved moved;
  EXPECT_TRUE(
      move_instructions(code, sizeof code, 0x1'0000'0000, out, 0x1'0000'0000 - 0x1000, &moved));
  EXPECT_FALSE(
      move_instructions(code, sizeof code, 0x1'0000'0000, out, 0x1'0000'0000 + 0x1000, &moved));
}

}  // namespace
}  // namespace weft::runtime
