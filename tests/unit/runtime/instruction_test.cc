// The decoder against objdump, over all of libc, and by hand where objdump has no say.
#include "recorder/runtime/code/instruction.cc"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace weft::runtime {
namespace {

Instruction decoded(std::vector<uint8_t> bytes) {
  bytes.resize(kMaxInstruction, 0x90);
  Instruction instruction{};
  EXPECT_TRUE(decode(bytes.data(), kMaxInstruction, &instruction));
  return instruction;
}

uint64_t operand(std::vector<uint8_t> bytes, const trace::Registers& registers) {
  const Instruction instruction = decoded(bytes);
  bytes.resize(kMaxInstruction, 0x90);
  return memory_operand(instruction, bytes.data(), 0x1000, registers);
}

/// The bytes of a line "  addr:\t48 89 e5 \tmov ...", none if it is not an instruction.
std::vector<uint8_t> bytes_of_line(const char* line) {
  std::vector<uint8_t> bytes;
  const char* at = strchr(line, ':');
  if (at == nullptr || at[1] != '\t') return bytes;
  for (at += 2; isxdigit(at[0]) != 0 && isxdigit(at[1]) != 0 && at[2] == ' '; at += 3)
    bytes.push_back(static_cast<uint8_t>(strtoul(std::string(at, 2).c_str(), nullptr, 16)));
  const char* name = strchr(at, '\t');
  // Data between functions is "(bad)", or prefixes by themselves.
  if (name == nullptr || strstr(name, "(bad)") != nullptr || strncmp(name + 1, "rex", 3) == 0)
    bytes.clear();
  return bytes;
}

TEST(Instruction, HasTheLengthThatObjdumpSays) {
  const char* library = "/usr/lib/x86_64-linux-gnu/libc.so.6";
  if (access("/usr/bin/objdump", X_OK) != 0) GTEST_SKIP() << "no objdump";
  if (access(library, R_OK) != 0) GTEST_SKIP() << "no " << library;
  const std::string command = std::string("objdump -d --insn-width=16 ") + library;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  ASSERT_NE(pipe, nullptr);
  char line[512];
  int count = 0, wrong = 0;
  while (fgets(line, sizeof line, pipe.get()) != nullptr) {
    std::vector<uint8_t> bytes = bytes_of_line(line);
    if (bytes.empty()) continue;
    const size_t length = bytes.size();
    bytes.resize(kMaxInstruction, 0x90);
    Instruction instruction{};
    ++count;
    if (decode(bytes.data(), kMaxInstruction, &instruction) && instruction.length == length)
      continue;
    if (++wrong < 20) ADD_FAILURE() << int{instruction.length} << " bytes: " << line;
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(count, 100'000);
}

TEST(Instruction, IsNotReadPastWhatIsAvailable) {
  const uint8_t code[] = {0x48, 0x8b, 0x84, 0x24,
                          0x10, 0x20, 0x30, 0x40};  // mov 0x40302010(%rsp),%rax
  Instruction instruction{};
  EXPECT_TRUE(decode(code, sizeof code, &instruction));
  for (int available = 0; available < static_cast<int>(sizeof code); ++available)
    EXPECT_FALSE(decode(code, available, &instruction)) << available;
}

TEST(Instruction, IsRefusedWhereThereIsNone) {
  const uint8_t invalid[] = {0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f,
                             0x37, 0x3f, 0x60, 0x61, 0xce, 0xd4, 0xea, 0x9a, 0x82};
  for (const uint8_t byte : invalid) {
    const std::vector<uint8_t> code(kMaxInstruction, byte);
    Instruction instruction{};
    EXPECT_FALSE(decode(code.data(), kMaxInstruction, &instruction)) << int{byte};
  }
  const std::vector<uint8_t> prefixes(kMaxInstruction, 0x66);
  Instruction instruction{};
  EXPECT_FALSE(decode(prefixes.data(), kMaxInstruction, &instruction));
}

TEST(Instruction, SaysWhereControlGoes) {
  EXPECT_EQ(decoded({0x75, 0xfe}).flow, Flow::kConditional);
  EXPECT_EQ(decoded({0x0f, 0x85, 0, 0, 0, 0}).flow, Flow::kConditional);
  EXPECT_EQ(decoded({0xe3, 0x00}).flow, Flow::kConditional);
  EXPECT_EQ(decoded({0xe9, 0, 0, 0, 0}).flow, Flow::kJump);
  EXPECT_EQ(decoded({0xe8, 0, 0, 0, 0}).flow, Flow::kCall);
  EXPECT_EQ(decoded({0xc3}).flow, Flow::kAway);
  EXPECT_EQ(decoded({0xff, 0xe0}).flow, Flow::kAway);        // jmp *%rax
  EXPECT_EQ(decoded({0xff, 0xd0}).flow, Flow::kSpecial);     // call *%rax
  EXPECT_EQ(decoded({0xff, 0xc0}).flow, Flow::kNext);        // inc %eax
  EXPECT_EQ(decoded({0x0f, 0x05}).flow, Flow::kSpecial);     // syscall
  EXPECT_EQ(decoded({0xc5, 0xf8, 0x77}).flow, Flow::kNext);  // vzeroupper
  const uint8_t back[] = {0xeb, 0xfe};
  EXPECT_EQ(branch_target(decoded({0xeb, 0xfe}), back, 0x1234), 0x1234u);
}

TEST(Instruction, KnowsItsOperandInMemory) {
  trace::Registers r{};
  r.rax = 0x10'0000, r.rbx = 0x20, r.rsp = 0x7000, r.r12 = 0x9000, r.r13 = 0x400,
  r.fs_base = 0x5000'0000;
  EXPECT_EQ(operand({0x48, 0x8b, 0x00}, r), 0x10'0000u);                 // (%rax)
  EXPECT_EQ(operand({0x48, 0x8b, 0x40, 0xf8}, r), 0x0f'fff8u);           // -8(%rax)
  EXPECT_EQ(operand({0x48, 0x8b, 0x44, 0xd8, 0x10}, r), 0x10'0110u);     // 16(%rax,%rbx,8)
  EXPECT_EQ(operand({0x48, 0x8b, 0x04, 0x24}, r), 0x7000u);              // (%rsp)
  EXPECT_EQ(operand({0x49, 0x8b, 0x04, 0x24}, r), 0x9000u);              // (%r12)
  EXPECT_EQ(operand({0x4b, 0x8b, 0x44, 0x2c, 0x00}, r), 0x9400u);        // 0(%r12,%r13,1)
  EXPECT_EQ(operand({0x48, 0x83, 0x05, 0x10, 0, 0, 0, 1}, r), 0x1018u);  // addq $1,16(%rip)
  EXPECT_EQ(operand({0x64, 0x48, 0x8b, 0x04, 0x25, 0x28, 0, 0, 0}, r), 0x5000'0028u);  // %fs:40
  EXPECT_EQ(operand({0xc5, 0xfd, 0x7f, 0x00}, r), 0x10'0000u);  // vmovdqa %ymm0,(%rax)
  EXPECT_EQ(operand({0x48, 0x8d, 0x00}, r), 0u);                // lea
  EXPECT_EQ(operand({0x48, 0x89, 0xd8}, r), 0u);                // registers only
}

}  // namespace
}  // namespace weft::runtime
