#include "replayer/inspect/cpu_questions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace weft::inspect {
namespace {

CpuQuestions among_other_code(std::vector<uint8_t> code) {
  std::vector<uint8_t> all(40 + code.size() + 40, 0x90);
  std::copy(code.begin(), code.end(), all.begin() + 40);
  return cpu_questions_in(std::as_bytes(std::span(all)));
}

TEST(CpuQuestions, AreFoundByTheUseOfTheirAnswer) {
  EXPECT_TRUE(among_other_code({0x0f, 0x31, 0x48, 0xc1, 0xe2, 0x20}).time);
  EXPECT_TRUE(
      among_other_code({0x0f, 0x01, 0xf9, 0x89, 0x4c, 0x24, 0x10, 0x48, 0xc1, 0xe2, 0x20}).time);
  EXPECT_TRUE(among_other_code({0x49, 0x0f, 0xc7, 0xf2, 0x72, 0x16}).random);              // rdrand
  EXPECT_TRUE(among_other_code({0x0f, 0xc7, 0xfa, 0x89, 0x02, 0x0f, 0x92, 0xc0}).random);  // rdseed
}

TEST(CpuQuestions, BytesAloneAreNone) {
  for (const auto& code :
       {std::vector<uint8_t>{0x0f, 0x31}, {0x0f, 0x01, 0xf9}, {0x0f, 0xc7, 0xf0}}) {
    const CpuQuestions found = among_other_code(code);
    EXPECT_FALSE(found.time || found.random);
  }
  EXPECT_FALSE(among_other_code({0x0f, 0xc7, 0x4c, 0x24, 0x08, 0x72}).random);  // cmpxchg8b
}

TEST(CpuQuestions, AnyLengthIsSafe) {
  const std::vector<uint8_t> code = {0x0f, 0x31, 0x48, 0xc1, 0xe2, 0x20, 0x0f, 0xc7, 0xf0, 0x72,
                                     0x0f, 0x01, 0xf9, 0x48, 0xc1, 0xe2, 0x20, 0x0f, 0x0f};
  for (size_t bytes = 0; bytes <= code.size(); ++bytes) {
    const std::vector<uint8_t> exact(code.begin(), code.begin() + static_cast<long>(bytes));
    cpu_questions_in(std::as_bytes(std::span(exact)));
  }
}

TEST(CpuQuestions, OfTheSystemsOwnLibrariesDoNotCount) {
  EXPECT_TRUE(asks_without_consequences("/lib64/ld-linux-x86-64.so.2"));
  EXPECT_TRUE(asks_without_consequences("libc.so.6"));
  EXPECT_FALSE(asks_without_consequences("/usr/lib/x86_64-linux-gnu/libcrypto.so.3"));
}

}  // namespace
}  // namespace weft::inspect
