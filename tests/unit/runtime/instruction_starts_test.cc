// What is proved to be an instruction, and what is not.
#include "recorder/runtime/code/instruction_starts.cc"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace weft::runtime {
namespace {

class Starts : public testing::Test {
 protected:
  void look_at(std::vector<uint8_t> code) {
    code_ = std::move(code);
    starts_->look_at(code_.data(), code_.size());
  }
  Start at(uint64_t offset) const { return starts_->at(offset); }

  std::vector<uint8_t> code_;
  std::unique_ptr<InstructionStarts> starts_ = std::make_unique<InstructionStarts>();
};

TEST_F(Starts, InARowOfInstructions) {
  look_at({0x31, 0xc0,  // xor %eax,%eax
           0x0f, 0xa2,  // cpuid
           0xc3});      // ret
  EXPECT_EQ(at(0), Start::kProven);
  EXPECT_EQ(at(1), Start::kInside);
  EXPECT_EQ(at(2), Start::kProven);
  EXPECT_EQ(at(3), Start::kInside);
  EXPECT_EQ(at(4), Start::kProven);
}

TEST_F(Starts, AConstantIsNoInstruction) {
  look_at({0xb8, 0x0f, 0xa2, 0x00, 0x00,  // mov $0xa20f,%eax
           0xc3});
  EXPECT_EQ(at(1), Start::kInside);
}

TEST_F(Starts, DataBehindAJumpIsNone) {
  look_at({0xeb, 0x04,              // jmp over
           0x0f, 0xa2, 0x06, 0x06,  // data, and bytes that are no instruction
           0x0f, 0x31,              // rdtsc
           0xc3});
  EXPECT_EQ(at(6), Start::kProven);
  EXPECT_EQ(at(2), Start::kUnknown);
}

TEST_F(Starts, DataThatLooksLikeCodeIsOnlyTakenForItWhereTheFlowAgrees) {
  // The data swallows the instruction that is jumped to: the sweep ends well, and is not believed.
  look_at({0xeb, 0x02,  // jmp over
           0xb8, 0x0f,  // data
           0x0f, 0xa2,  // cpuid
           0x90, 0x90, 0xc3});
  EXPECT_EQ(at(4), Start::kProven);
  EXPECT_EQ(at(3), Start::kUnknown);
}

TEST_F(Starts, CodeThatOnlyATableComesToIsFoundByTheSweep) {
  look_at({0xff, 0xe0,  // jmp *%rax
           0x0f, 0xa2,  // cpuid
           0xc3});
  EXPECT_EQ(at(2), Start::kProven);
}

TEST_F(Starts, BothWaysOfABranch) {
  look_at({0x74, 0x03,        // je past
           0x0f, 0x31, 0xc3,  // rdtsc; ret
           0x0f, 0xa2, 0xc3});
  EXPECT_EQ(at(2), Start::kProven);
  EXPECT_EQ(at(5), Start::kProven);
}

TEST_F(Starts, NothingIsKnownBehindWhatWasReplaced) {
  look_at({0x06, 0xa2, 0x0f, 0xa2, 0xc3});
  EXPECT_EQ(at(0), Start::kUnknown);
  EXPECT_EQ(at(2), Start::kUnknown);
}

TEST_F(Starts, ALockPrefixMayBeJumpedOver) {
  look_at({0x74, 0x01,                    // je 1f
           0xf0, 0x48, 0x0f, 0xb1, 0x0f,  // lock; 1: cmpxchg %rcx,(%rdi)
           0x0f, 0xa2, 0xc3});
  EXPECT_EQ(at(2), Start::kProven);
  EXPECT_EQ(at(3), Start::kProven);
  EXPECT_EQ(at(7), Start::kProven);
}

TEST_F(Starts, AnInstructionIsNotCutAtTheEnd) {
  look_at({0x90, 0x0f});
  EXPECT_EQ(at(1), Start::kUnknown);
  EXPECT_EQ(at(5), Start::kUnknown);
}

}  // namespace
}  // namespace weft::runtime
