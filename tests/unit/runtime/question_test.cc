// Which instruction is which question.
#include "recorder/runtime/code/question.cc"

#include <gtest/gtest.h>

#include <vector>

namespace weft::runtime {
namespace {

Question read(std::vector<uint8_t> code) {
  code.resize(kMaxInstruction, 0x90);
  Question question;
  read_question(code.data(), kMaxInstruction, &question);
  return question;
}

struct Sample {
  const char* name;
  std::vector<uint8_t> code;
  QuestionKind kind;
  int reg, width;
};

const std::vector<Sample>& samples() {
  static const std::vector<Sample> all = {
      {"rdtsc", {0x0f, 0x31}, QuestionKind::kTimeStamp, 0, 4},
      {"rdtscp", {0x0f, 0x01, 0xf9}, QuestionKind::kTimeStampAndProcessor, 1, 4},
      {"cpuid", {0x0f, 0xa2}, QuestionKind::kAbilities, 0, 4},
      {"xgetbv", {0x0f, 0x01, 0xd0}, QuestionKind::kStates, 0, 4},
      {"rdpid %rax", {0xf3, 0x0f, 0xc7, 0xf8}, QuestionKind::kProcessor, 0, 8},
      {"rdpid %r10", {0xf3, 0x41, 0x0f, 0xc7, 0xfa}, QuestionKind::kProcessor, 10, 8},
      {"lsl %edi,%esi", {0x0f, 0x03, 0xf7}, QuestionKind::kSegmentLimit, 6, 4},
      {"lsl %r8,%r9", {0x4d, 0x0f, 0x03, 0xc8}, QuestionKind::kSegmentLimit, 9, 8},
      {"rdrand %cx", {0x66, 0x0f, 0xc7, 0xf1}, QuestionKind::kRandom, 1, 2},
      {"rdrand %ebx", {0x0f, 0xc7, 0xf3}, QuestionKind::kRandom, 3, 4},
      {"rdrand %r15", {0x49, 0x0f, 0xc7, 0xf7}, QuestionKind::kRandom, 15, 8},
      {"rdseed %rdx", {0x48, 0x0f, 0xc7, 0xfa}, QuestionKind::kSeed, 2, 8},
      {"xsave 0x40(%rsp)", {0x0f, 0xae, 0x64, 0x24, 0x40}, QuestionKind::kSaveState, 4, 4},
      {"xsave64 (%rdi)", {0x48, 0x0f, 0xae, 0x27}, QuestionKind::kSaveState, 7, 8},
      {"fxsave64 (%rsp)", {0x48, 0x0f, 0xae, 0x04, 0x24}, QuestionKind::kSaveLegacyState, 4, 8},
      {"xrstor 0x40(%rsp)", {0x0f, 0xae, 0x6c, 0x24, 0x40}, QuestionKind::kLoadState, 4, 4},
  };
  return all;
}

TEST(Question, IsRead) {
  for (const Sample& sample : samples()) {
    const Question question = read(sample.code);
    EXPECT_EQ(question.kind, sample.kind) << sample.name;
    EXPECT_EQ(question.length, sample.code.size()) << sample.name;
    EXPECT_EQ(sample.code[question.escape_at], kEscape) << sample.name;
    EXPECT_FALSE(question.replaced) << sample.name;
    EXPECT_EQ(question.reg, sample.reg) << sample.name;
    EXPECT_EQ(question.width, sample.width) << sample.name;
    EXPECT_TRUE(may_be_question(sample.code.data() + question.escape_at)) << sample.name;
  }
}

TEST(Question, IsReadAfterItsEscapeByteWasReplaced) {
  for (const Sample& sample : samples()) {
    std::vector<uint8_t> code = sample.code;
    code[read(code).escape_at] = kReplacedEscape;
    const Question question = read(code);
    EXPECT_EQ(question.kind, sample.kind) << sample.name;
    EXPECT_EQ(question.length, sample.code.size()) << sample.name;
    EXPECT_EQ(question.reg, sample.reg) << sample.name;
    EXPECT_TRUE(question.replaced) << sample.name;
    EXPECT_EQ(question.instruction.flow, Flow::kSpecial) << sample.name;
  }
}

TEST(Question, OfFormats1And2IsKnown) {
  EXPECT_EQ(read({0x0f, 0x0a}).kind, QuestionKind::kTimeStamp);
  EXPECT_EQ(read({0x0f, 0x0a, 0xf9}).kind, QuestionKind::kTimeStampAndProcessor);
  EXPECT_EQ(read({0x0f, 0x0a, 0xf9}).length, 3);
  EXPECT_TRUE(read({0x0f, 0x0a}).replaced);
}

TEST(Question, OthersAreNone) {
  const std::vector<std::vector<uint8_t>> others = {
      {0x0f, 0x01, 0xd1},              // xsetbv
      {0x0f, 0xc7, 0x4f, 0x08},        // cmpxchg8b
      {0x0f, 0xc7, 0x64, 0x24, 0x40},  // xsavec
      {0xf3, 0x0f, 0xc7, 0xf0},        // senduipi
      {0x66, 0x0f, 0xae, 0x37},        // clwb
      {0x0f, 0xae, 0x37},              // xsaveopt
      {0xf3, 0x0f, 0xae, 0xe0},        // ptwrite
      {0x0f, 0xae, 0xe8},              // lfence
      {0x0f, 0x03, 0x07},              // lsl (%rdi),%eax
      {0x0f, 0x1f, 0x00},              // nop
      {0xc5, 0xf8, 0xae, 0x17},        // vldmxcsr
      {0xb8, 0x0f, 0xa2, 0, 0},        // mov $0xa20f,%eax
  };
  for (const auto& code : others) EXPECT_EQ(read(code).kind, QuestionKind::kNone) << int{code[1]};
}

TEST(Question, RegistersAreWrittenAsTheProcessorDoes) {
  trace::Registers registers{};
  registers.r9 = 0x1111'2222'3333'4444;
  write_register(register_at(&registers, 9), 2, 0xabcdef);
  EXPECT_EQ(registers.r9, 0x1111'2222'3333'cdefu);
  write_register(register_at(&registers, 9), 4, 0xffff'ffff'0000'0001);
  EXPECT_EQ(registers.r9, 1u);
  write_register(register_at(&registers, 4), 8, ~uint64_t{0});
  EXPECT_EQ(registers.rsp, ~uint64_t{0});
}

}  // namespace
}  // namespace weft::runtime
