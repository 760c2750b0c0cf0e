// Which bytes an instruction copies, and from where, by the disassembler's words.
#include "debugger/shell/origin/data_flow.h"

#include <gtest/gtest.h>

namespace weft::shell {
namespace {

constexpr Address kNext(0x1000);

std::vector<DataFlow> flows(const std::string& mnemonic, const std::string& operands) {
  return data_flows(mnemonic, operands, kNext);
}
DataFlow only(const std::string& mnemonic, const std::string& operands) {
  const auto all = flows(mnemonic, operands);
  EXPECT_EQ(all.size(), 1U) << mnemonic;
  return all.empty() ? DataFlow{FlowKind::kComputed, {}} : all[0];
}
RegisterPart part(std::string_view name) {
  return register_part(name).value();
}

TEST(DataFlow, ALoadAndAStoreAreCopies) {
  const DataFlow load = only("movq", "0x8(%rdi,%rcx,4), %rax");
  EXPECT_EQ(load.kind, FlowKind::kCopied);
  EXPECT_EQ(load.to, Operand(part("rax")));
  EXPECT_EQ(load.from, Operand(MemoryOperand{kRdi, kRcx, 4, 8}));
  EXPECT_EQ(load.bytes, 8U);
  const DataFlow store = only("movb", "%cl, -0x1(%rbp)");
  EXPECT_EQ(store.from, Operand(part("cl")));
  EXPECT_EQ(store.to, Operand(MemoryOperand{.base = kRbp, .displacement = -1}));
  EXPECT_EQ(store.bytes, 1U);
}

TEST(DataFlow, HalfARegisterMakesTheOtherHalfZero) {
  EXPECT_EQ(only("movl", "%esi, %eax").reach, 8U);
  EXPECT_EQ(only("movw", "%si, %ax").reach, 2U);
  EXPECT_EQ(only("leaw", "(%rsi), %ax").reach, 2U);
  EXPECT_EQ(only("xorb", "%al, %al").reach, 1U);
  EXPECT_EQ(only("addl", "%esi, %eax").reach, 8U);
  const DataFlow extended = only("movzbl", "(%rsi), %eax");
  EXPECT_EQ(extended.bytes, 1U);
  EXPECT_EQ(extended.reach, 8U);
  EXPECT_EQ(only("movzbw", "(%rsi), %ax").reach, 2U);
}

TEST(DataFlow, AfterTheCopyComeZerosOrSigns) {
  const DataFlow sign = only("movsbl", "(%rsi), %eax");
  constexpr std::byte kMinus{0xff}, kZero{0}, kOne{1};
  EXPECT_EQ(filler(sign, 1, kMinus), kMinus);
  EXPECT_EQ(filler(sign, 3, kMinus), kMinus);
  EXPECT_EQ(filler(sign, 4, kMinus), kZero) << "a half makes the other half zero";
  EXPECT_EQ(filler(sign, 1, kOne), kZero);
  EXPECT_EQ(filler(sign, 0, kMinus), std::nullopt) << "it is copied";
  EXPECT_EQ(filler(sign, 8, kMinus), std::nullopt) << "it is left as it was";
  EXPECT_EQ(filler(only("movslq", "%edi, %rax"), 7, kMinus), kMinus);
  EXPECT_EQ(filler(only("movzbl", "(%rsi), %eax"), 1, kMinus), kZero);
}

TEST(DataFlow, ConstantsAreNoCopies) {
  EXPECT_EQ(only("movl", "$0x5, 0x4(%rax)").kind, FlowKind::kConstant);
  EXPECT_EQ(only("movl", "$0x5, 0x4(%rax)").bytes, 4U);
  EXPECT_EQ(only("movq", "$0x5, (%rax)").bytes, 8U);
  const DataFlow zero = only("xorl", "%eax, %eax");
  EXPECT_EQ(zero.kind, FlowKind::kConstant);
  EXPECT_EQ(zero.from, Operand(Constant{0}));
  EXPECT_EQ(only("xorl", "%ebx, %eax").kind, FlowKind::kComputed);
}

TEST(DataFlow, WhatIsNotKnownIsComputed) {
  EXPECT_EQ(only("addl", "%eax, %edx").to, Operand(part("edx")));
  EXPECT_EQ(only("addl", "%eax, %edx").kind, FlowKind::kComputed);
  EXPECT_EQ(only("frobnicate", "%xmm1, %xmm2").kind, FlowKind::kComputed);
  EXPECT_EQ(only("leaq", "0x10(%rip), %rdi").kind, FlowKind::kAddressOf);
  EXPECT_EQ(flows("imulq", "%rbx").size(), 2U);  // rax and rdx
  EXPECT_EQ(only("cltq", "").to, Operand(part("rax")));
}

TEST(DataFlow, ComparingWritesNothing) {
  for (const char* name : {"cmpq", "cmpb", "testl", "jne", "nop", "ucomisd", "retq"}) {
    for (const DataFlow& flow : flows(name, name[0] == 'r' ? "" : "%rax, %rbx"))
      EXPECT_EQ(flow.to, Operand(part("rsp"))) << name;
  }
}

TEST(DataFlow, ComparisonsOfVectorsMakeAMask) {
  for (const char* name : {"cmpltsd", "cmpeqps", "cmpunordsd", "cmpneqss", "cmppd"}) {
    const DataFlow mask = only(name, "%xmm1, %xmm0");
    EXPECT_EQ(mask.kind, FlowKind::kComputed) << name;
    EXPECT_EQ(mask.to, Operand(part("xmm0"))) << name;
  }
}

/// The registers that an instruction changes.
std::vector<std::string> changed(const std::string& mnemonic, const std::string& operands) {
  std::vector<std::string> names;
  for (const DataFlow& flow : flows(mnemonic, operands)) {
    if (const auto* to = std::get_if<RegisterPart>(&flow.to))
      names.push_back(register_name(to->number));
  }
  return names;
}

TEST(DataFlow, SomeResultsAreNoOperands) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(changed("mulxq", "%rsi, %r8, %r9"), (Names{"r8", "r9"}));
  EXPECT_EQ(changed("pcmpistri", "$0x3a, (%rdi), %xmm0"), (Names{"rcx"}));
  EXPECT_EQ(changed("vpcmpestri", "$0x3a, (%rdi), %xmm1"), (Names{"rcx"}));
  EXPECT_EQ(changed("pcmpestrm", "$0x3a, (%rdi), %xmm1"), (Names{"xmm0"}));
  EXPECT_EQ(changed("loop", "0x401000"), (Names{"rcx"}));
  EXPECT_EQ(changed("loopne", "0x401000"), (Names{"rcx"}));
  EXPECT_EQ(changed("mulb", "%cl"), (Names{"rax"}));
  EXPECT_EQ(changed("divl", "%ecx"), (Names{"rax", "rdx"}));
  EXPECT_EQ(changed("scasb", "%es:(%rdi), %al"), (Names{"rdi"}));
  EXPECT_EQ(changed("vpgatherdd", "%xmm2, (%rsi,%xmm1,4), %xmm0"), (Names{"xmm0", "xmm2"}));
  EXPECT_EQ(changed("vzeroupper", "").size(), 16U);
  EXPECT_EQ(changed("wrfsbaseq", "%rax"), Names{});
  EXPECT_EQ(changed("popw", "%ax"), (Names{"rax", "rsp"}));
}

TEST(DataFlow, AFailedExchangeWritesToTheRegister) {
  const auto one = flows("lock", "cmpxchgl %ecx, (%rdi)");
  ASSERT_EQ(one.size(), 2U);
  EXPECT_EQ(one[0].from, Operand(part("ecx")));
  EXPECT_EQ(one[0].condition, "e");
  EXPECT_TRUE(one[0].flags_after);
  EXPECT_EQ(one[1].to, Operand(part("eax")));
  EXPECT_EQ(one[1].from, Operand(MemoryOperand{.base = kRdi}));
  EXPECT_EQ(one[1].condition, "ne");
  const auto pair = flows("lock cmpxchg16b", "0x10(%rdi)");
  ASSERT_EQ(pair.size(), 4U);
  EXPECT_EQ(pair[0].from, Operand(part("rbx")));
  EXPECT_EQ(pair[1].to, Operand(part("rax")));
  EXPECT_EQ(pair[2].to, Operand(MemoryOperand{.base = kRdi, .displacement = 0x18}));
  EXPECT_EQ(pair[2].from, Operand(part("rcx")));
  EXPECT_EQ(pair[3].to, Operand(part("rdx")));
}

TEST(DataFlow, WhatIsNoKnownRegisterIsNothing) {
  EXPECT_EQ(only("movq", "%mm0, (%rdi)").from, Operand());
  EXPECT_EQ(only("movw", "%fs, (%rdi)").from, Operand());
  EXPECT_EQ(flows("pushq", "%fs")[0].from, Operand());
}

TEST(DataFlow, TheStackIsMemory) {
  const auto push = flows("pushq", "%rbx");
  ASSERT_EQ(push.size(), 2U);
  EXPECT_EQ(push[0].to, Operand(MemoryOperand{.base = kRsp, .displacement = -8}));
  EXPECT_EQ(push[0].from, Operand(part("rbx")));
  EXPECT_EQ(push[1].to, Operand(part("rsp")));
  const auto call = flows("callq", "0x401000");
  EXPECT_EQ(call[0].from, Operand(Constant{static_cast<int64_t>(kNext.value())}));
  const auto pop = flows("popq", "%r12");
  EXPECT_EQ(pop[0].to, Operand(part("r12")));
  EXPECT_EQ(pop[0].from, Operand(MemoryOperand{.base = kRsp}));
}

TEST(DataFlow, StringsAreCopiedFromRsiToRdi) {
  for (const auto& [mnemonic, operands] :
       {std::pair{"rep", "movsb (%rsi), %es:(%rdi)"}, {"rep movsb", "(%rsi), %es:(%rdi)"}}) {
    const auto copy = flows(mnemonic, operands);
    ASSERT_EQ(copy.size(), 4U);
    EXPECT_TRUE(copy[0].repeated);
    EXPECT_EQ(copy[0].to, Operand(MemoryOperand{.base = kRdi}));
    EXPECT_EQ(copy[0].from, Operand(MemoryOperand{.base = kRsi}));
  }
  EXPECT_EQ(flows("movsq", "(%rsi), %es:(%rdi)")[0].bytes, 8U);
}

TEST(DataFlow, VectorsAreMovedWhole) {
  EXPECT_EQ(only("movups", "(%rsi), %xmm0").bytes, 16U);
  EXPECT_EQ(only("vmovdqu", "%ymm1, (%rdi)").bytes, 32U);
  EXPECT_EQ(only("vmovdqu64", "(%rsi), %zmm16").bytes, 64U);
  EXPECT_EQ(only("movq", "%xmm0, (%rdi)").bytes, 8U);
  EXPECT_EQ(only("movd", "%eax, %xmm0").bytes, 4U);
  EXPECT_EQ(only("movhps", "%xmm0, (%rdi)").from, Operand(RegisterPart{kFirstVector, 8, 8}));
  EXPECT_EQ(only("paddd", "%xmm1, %xmm0").kind, FlowKind::kComputed);
  const DataFlow masked = only("vmovdqu8", "(%rsi), %ymm16 {%k1} {z}");
  EXPECT_EQ(masked.kind, FlowKind::kComputed);
  EXPECT_EQ(masked.to, Operand(part("ymm16")));
}

TEST(DataFlow, SseLeavesTheRestOfAVector) {
  EXPECT_EQ(only("movups", "(%rsi), %xmm0").reach, 16U);
  EXPECT_EQ(only("movsd", "(%rsi), %xmm0").reach, 16U);
  EXPECT_EQ(only("movsd", "%xmm1, %xmm0").reach, 8U);
  EXPECT_EQ(only("vmovsd", "(%rsi), %xmm0").reach, 64U);
  EXPECT_EQ(only("addsd", "%xmm1, %xmm0").reach, 8U);
  EXPECT_EQ(only("pmaxsd", "%xmm1, %xmm0").reach, 16U);
  EXPECT_EQ(only("vpxor", "%xmm1, %xmm1, %xmm0").kind, FlowKind::kComputed);
  EXPECT_EQ(only("vpxor", "%xmm0, %xmm0, %xmm0").kind, FlowKind::kConstant);
  EXPECT_EQ(only("subps", "%xmm0, %xmm0").kind, FlowKind::kComputed) << "NaN stays NaN";
}

TEST(DataFlow, HalvesOfVectorsAreJoined) {
  const DataFlow high = only("punpcklqdq", "%xmm1, %xmm0");
  EXPECT_EQ(high.kind, FlowKind::kCopied);
  EXPECT_EQ(high.from, Operand(RegisterPart{kFirstVector + 1, 0, 8}));
  EXPECT_EQ(high.to, Operand(RegisterPart{kFirstVector, 8, 8}));
  const auto both = flows("vpunpcklqdq", "%xmm2, %xmm1, %xmm0");
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[1].from, Operand(RegisterPart{kFirstVector + 1, 0, 8}));
  EXPECT_EQ(both[1].to, Operand(RegisterPart{kFirstVector, 0, 8}));
  EXPECT_EQ(only("vpunpcklqdq", "%ymm2, %ymm1, %ymm0").kind, FlowKind::kComputed);
}

TEST(DataFlow, AConditionIsAsked) {
  EXPECT_EQ(only("cmovnel", "%eax, %edx").condition, "ne");
  EXPECT_EQ(only("cmovlq", "%rax, %rdx").condition, "l");
  EXPECT_FALSE(only("cmovlq", "%rax, %rdx").flags_after);
  constexpr uint64_t kZeroFlag = 0x40;
  EXPECT_EQ(condition_holds("ne", kZeroFlag), false);
  EXPECT_EQ(condition_holds("e", kZeroFlag), true);
  EXPECT_EQ(condition_holds("nonsense", 0), std::nullopt);
}

TEST(DataFlow, RegistersHaveManyNames) {
  EXPECT_EQ(part("ah"), (RegisterPart{kRax, 1, 1}));
  EXPECT_EQ(part("sil"), (RegisterPart{kRsi, 0, 1}));
  EXPECT_EQ(part("r11d"), (RegisterPart{kR11, 0, 4}));
  EXPECT_EQ(part("ymm3"), (RegisterPart{kFirstVector + 3, 0, 32}));
  EXPECT_FALSE(register_part("rip"));
  EXPECT_FALSE(register_part("st"));
}

TEST(DataFlow, AnAddressIsCountedFromRegisters) {
  trace::Registers registers{};
  registers.rbx = 0x100, registers.rcx = 3, registers.fs_base = 0x7000;
  EXPECT_EQ(address_of({kRbx, kRcx, 8, -4}, registers, kNext), Address(0x100 + 24 - 4));
  EXPECT_EQ(address_of({.displacement = 0x20, .after_instruction = true}, registers, kNext),
            kNext + 0x20);
  const auto thread_local_load = only("movq", "%fs:0x28, %rax");
  EXPECT_EQ(address_of(std::get<MemoryOperand>(thread_local_load.from), registers, kNext),
            Address(0x7028));
}

}  // namespace
}  // namespace weft::shell
