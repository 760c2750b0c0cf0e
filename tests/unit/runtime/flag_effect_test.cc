// Which instructions leave flags undefined.
#include "recorder/runtime/code/flag_effect.cc"

#include <gtest/gtest.h>

#include <vector>

namespace weft::runtime {
namespace {

FlagEffect effect(std::vector<uint8_t> code) {
  code.resize(kMaxInstruction, 0x90);
  Instruction instruction{};
  EXPECT_TRUE(decode(code.data(), kMaxInstruction, &instruction));
  return flag_effect(instruction, code.data());
}

TEST(FlagEffect, OfArithmetic) {
  EXPECT_EQ(effect({0x48, 0x01, 0xf0}), FlagEffect::kDefines);              // add %rsi,%rax
  EXPECT_EQ(effect({0x83, 0xea, 0x01}), FlagEffect::kDefines);              // sub $1,%edx
  EXPECT_EQ(effect({0x48, 0x85, 0xc0}), FlagEffect::kDefines);              // test %rax,%rax
  EXPECT_EQ(effect({0x48, 0xff, 0xc0}), FlagEffect::kDefines);              // inc %rax
  EXPECT_EQ(effect({0xf7, 0xd8}), FlagEffect::kDefines);                    // neg %eax
  EXPECT_EQ(effect({0x66, 0x0f, 0x2f, 0xc1}), FlagEffect::kDefines);        // comisd
  EXPECT_EQ(effect({0xf3, 0x0f, 0xb8, 0xc1}), FlagEffect::kDefines);        // popcnt
  EXPECT_EQ(effect({0xf0, 0x0f, 0xb1, 0x0f}), FlagEffect::kDefines);        // lock cmpxchg
  EXPECT_EQ(effect({0xc4, 0xe2, 0x79, 0x17, 0xc1}), FlagEffect::kDefines);  // vptest
}

TEST(FlagEffect, ThatDependsOnTheMaker) {
  EXPECT_EQ(effect({0x49, 0x0f, 0xaf, 0xc0}), FlagEffect::kBlurs);        // imul %r8,%rax
  EXPECT_EQ(effect({0x48, 0x69, 0xc0, 1, 0, 0, 0}), FlagEffect::kBlurs);  // imul $1,%rax,%rax
  EXPECT_EQ(effect({0x48, 0xc1, 0xe9, 0x28}), FlagEffect::kBlurs);        // shr $40,%rcx
  EXPECT_EQ(effect({0xf7, 0xf1}), FlagEffect::kBlurs);                    // div %ecx
  EXPECT_EQ(effect({0x0f, 0xbc, 0xc1}), FlagEffect::kBlurs);              // bsf
  EXPECT_EQ(effect({0x0f, 0xba, 0xe0, 3}), FlagEffect::kBlurs);           // bt $3,%eax
  EXPECT_EQ(effect({0xc4, 0xe2, 0x70, 0xf5, 0xc0}), FlagEffect::kBlurs);  // bzhi
}

TEST(FlagEffect, OfTheOthersIsNone) {
  EXPECT_EQ(effect({0x48, 0x89, 0xc8}), FlagEffect::kKeeps);        // mov
  EXPECT_EQ(effect({0xf7, 0xd0}), FlagEffect::kKeeps);              // not
  EXPECT_EQ(effect({0xff, 0xe0}), FlagEffect::kKeeps);              // jmp *%rax
  EXPECT_EQ(effect({0x75, 0xfe}), FlagEffect::kKeeps);              // jne
  EXPECT_EQ(effect({0x8d, 0x04, 0x08}), FlagEffect::kKeeps);        // lea
  EXPECT_EQ(effect({0xf2, 0x0f, 0x58, 0xc8}), FlagEffect::kKeeps);  // addsd
  EXPECT_EQ(effect({0xc5, 0xf9, 0xaf, 0xc0}), FlagEffect::kKeeps);  // VEX map 1, another one
}

}  // namespace
}  // namespace weft::runtime
