#include "replayer/inspect/summary/cpu_questions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace weft::inspect {
namespace {

bool found_among_other_code(std::vector<uint8_t> code) {
  std::vector<uint8_t> all(40 + code.size() + 40, 0x90);
  std::copy(code.begin(), code.end(), all.begin() + 40);
  return asks_for_random_numbers(std::as_bytes(std::span(all)));
}

TEST(CpuQuestions, AreFoundByTheUseOfTheirAnswer) {
  EXPECT_TRUE(found_among_other_code({0x49, 0x0f, 0xc7, 0xf2, 0x72, 0x16}));              // rdrand
  EXPECT_TRUE(found_among_other_code({0x0f, 0xc7, 0xfa, 0x89, 0x02, 0x0f, 0x92, 0xc0}));  // rdseed
}

TEST(CpuQuestions, BytesAloneAreNone) {
  EXPECT_FALSE(found_among_other_code({0x0f, 0xc7, 0xf0}));
  EXPECT_FALSE(found_among_other_code({0x0f, 0xc7, 0x4c, 0x24, 0x08, 0x72}));  // cmpxchg8b
}

TEST(CpuQuestions, AnyLengthIsSafe) {
  const std::vector<uint8_t> code = {0x0f, 0xc7, 0xf0, 0x72, 0x0f, 0xc7, 0xf0, 0x89, 0x0f, 0x0f};
  for (size_t bytes = 0; bytes <= code.size(); ++bytes) {
    const std::vector<uint8_t> exact(code.begin(), code.begin() + static_cast<long>(bytes));
    asks_for_random_numbers(std::as_bytes(std::span(exact)));
  }
}

TEST(CpuQuestions, OfTheSystemsOwnLibrariesDoNotCount) {
  EXPECT_TRUE(asks_without_consequences("/lib64/ld-linux-x86-64.so.2"));
  EXPECT_TRUE(asks_without_consequences("libc.so.6"));
  EXPECT_FALSE(asks_without_consequences("/usr/lib/x86_64-linux-gnu/libcrypto.so.3"));
}

}  // namespace
}  // namespace weft::inspect
