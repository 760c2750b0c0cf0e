// What a program is told of a processor, level by level.
#include "weft/cpu/shown_processor.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace weft::cpu {
namespace {

/// A processor with all features there are; its AVX-512 registers lie where Intel puts them.
struct EverythingProcessor {
  std::map<std::pair<uint32_t, uint32_t>, Answer> answers = {
      {{0, 0}, {{0x1e, 0x756e6547, 0x6c65746e, 0x49656e69}}},
      {{1, 0}, {{0x806f8, 0x01100800, 0xffffffff, 0xffffffff}}},
      {{7, 0}, {{2, 0xffffffff, 0xffffffff, 0xffffffff}}},
      {{7, 1}, {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}}},
      {{0xd, 0}, {{0x602e7, 11008, 11008, 0}}},
      {{0xd, 1}, {{0x1f, 9000, 0x1900, 0}}},
      {{0xd, 2}, {{256, 576, 0, 0}}},
      {{0xd, 5}, {{64, 1088, 0, 0}}},
      {{0xd, 6}, {{512, 1152, 0, 0}}},
      {{0xd, 7}, {{1024, 1664, 0, 0}}},
      {{0xd, 9}, {{8, 2688, 0, 0}}},
      {{0xd, 17}, {{64, 2752, 2, 0}}},
      {{0xd, 18}, {{8192, 2816, 6, 0}}},
      {{0x14, 0}, {{1, 2, 3, 4}}},
      {{0x1d, 1}, {{1, 2, 3, 4}}},
      {{0x80000000, 0}, {{0x80000008, 0, 0, 0}}},
      {{0x80000001, 0}, {{0, 0, 0xffffffff, 0xffffffff}}},
      {{0x80000008, 0}, {{0x3039, 0xffffffff, 0, 0}}},
  };
  uint64_t xcr0 = 0x602e7;

  Answer ask(uint32_t leaf, uint32_t subleaf) const {
    const auto found = answers.find({leaf, subleaf});
    return found == answers.end() ? Answer{} : found->second;
  }
  ShownProcessor shown_at(Level level) const {
    return show(level, xcr0,
                [this](uint32_t leaf, uint32_t subleaf) { return ask(leaf, subleaf); });
  }
  Answer told_at(Level level, uint32_t leaf, uint32_t subleaf) const {
    return shown_answer(shown_at(level), leaf, subleaf, ask(leaf, subleaf));
  }
};

bool has(const Answer& answer, int reg, int bit) {
  return (answer.reg[reg] >> bit & 1) != 0;
}

TEST(ShownProcessor, AtV3HasAvx2AndNoAvx512) {
  const EverythingProcessor real;
  const Answer seven = real.told_at(Level::kV3, 7, 0);
  EXPECT_TRUE(has(seven, 1, 5));    // AVX2
  EXPECT_TRUE(has(seven, 1, 8));    // BMI2
  EXPECT_FALSE(has(seven, 1, 16));  // AVX512F
  EXPECT_FALSE(has(seven, 1, 29));  // SHA
  EXPECT_EQ(seven.reg[0], 0u);      // no more subleaves
  EXPECT_EQ(seven.reg[2], 0u);
  const Answer one = real.told_at(Level::kV3, 1, 0);
  EXPECT_TRUE(has(one, 2, 28));  // AVX
  EXPECT_TRUE(has(one, 2, 25));  // AES
  EXPECT_EQ(one.reg[1], 0x01100800u);
  EXPECT_EQ(one.reg[3], 0xffffffffu);
}

TEST(ShownProcessor, AtV2HasNoAvx) {
  const EverythingProcessor real;
  EXPECT_FALSE(has(real.told_at(Level::kV2, 1, 0), 2, 28));
  EXPECT_TRUE(has(real.told_at(Level::kV2, 1, 0), 2, 20));  // SSE4.2
  EXPECT_EQ(real.shown_at(Level::kV2).states, 3u);
  EXPECT_EQ(real.shown_at(Level::kV2).area_bytes, 576u);
}

TEST(ShownProcessor, LeafOfExtendedStateAgreesWithXcr0) {
  const EverythingProcessor real;
  const Answer all = real.told_at(Level::kV3, 0xd, 0);
  EXPECT_EQ(all.reg[0], 7u);
  EXPECT_EQ(all.reg[1], 832u);
  EXPECT_EQ(all.reg[2], 832u);
  EXPECT_EQ(real.told_at(Level::kV3, 0xd, 2).reg[0], 256u);
  for (const uint32_t part : {5u, 6u, 7u, 9u, 17u, 18u, 63u, 64u, 1000u})
    EXPECT_EQ(real.told_at(Level::kV3, 0xd, part).reg[0], 0u) << part;
  const Answer kinds = real.told_at(Level::kNative, 0xd, 1);
  EXPECT_EQ(kinds.reg[0], 0u);  // xsavec, xsaveopt...
  EXPECT_EQ(kinds.reg[1], 0u);
}

TEST(ShownProcessor, NativeLeavesOutWhatCannotBeRecorded) {
  const EverythingProcessor real;
  const ShownProcessor shown = real.shown_at(Level::kNative);
  EXPECT_EQ(shown.states, 0xe7u);
  EXPECT_EQ(shown.area_bytes, 2688u);
  EXPECT_EQ(shown.parts[6].offset, 1152u);
  const Answer seven = real.told_at(Level::kNative, 7, 0);
  EXPECT_FALSE(has(seven, 1, 11));  // RTM
  EXPECT_FALSE(has(seven, 2, 5));   // WAITPKG
  EXPECT_FALSE(has(seven, 3, 24));  // AMX
  EXPECT_TRUE(has(seven, 1, 16));
  EXPECT_TRUE(has(seven, 2, 22));  // RDPID
  EXPECT_EQ(seven.reg[0], 2u);
  EXPECT_EQ(real.told_at(Level::kNative, 0x14, 0).reg[0], 0u);
  EXPECT_EQ(real.told_at(Level::kNative, 0x1d, 1).reg[0], 0u);
  EXPECT_FALSE(has(real.told_at(Level::kNative, 0x80000008, 0), 1, 4));  // RDPRU
}

TEST(ShownProcessor, IsNeverMoreThanTheRealOne) {
  EverythingProcessor real;
  real.answers[{1, 0}] = {{0x106a5, 0, 0x0098e3bd, 0xbfebfbff}};  // Nehalem
  real.answers[{7, 0}] = {};
  real.answers[{0, 0}].reg[0] = 0xd;
  real.xcr0 = 3;
  for (const LevelName& row : kLevelNames) {
    const ShownProcessor shown = real.shown_at(row.level);
    EXPECT_EQ(shown.words[0] & ~0x0098e3bdu, 0u);
    EXPECT_EQ(shown.words[2], 0u);
    EXPECT_EQ(shown.states, 3u);
  }
}

TEST(ShownProcessor, LeavesThatAProcessorDoesNotHaveAreNotAsked) {
  EverythingProcessor real;
  real.answers[{0, 0}].reg[0] = 1;  // the highest leaf: some processors repeat it for leaves beyond
  real.answers[{0x80000000, 0}].reg[0] = 0x80000000;
  const ShownProcessor shown = real.shown_at(Level::kNative);
  EXPECT_EQ(shown.words[static_cast<int>(Word::k7Ebx)], 0u);
  EXPECT_EQ(shown.words[static_cast<int>(Word::kExt1Ecx)], 0u);
}

TEST(ShownProcessor, EachLevelHasWhatTheOneBelowHas) {
  const EverythingProcessor real;
  ShownProcessor below = real.shown_at(Level::kV2);
  for (const Level level : {Level::kV3, Level::kV4, Level::kNative}) {
    const ShownProcessor shown = real.shown_at(level);
    for (int word = 0; word < kWords; ++word) EXPECT_EQ(below.words[word] & ~shown.words[word], 0u);
    EXPECT_EQ(below.states & ~shown.states, 0u);
    below = shown;
  }
}

TEST(ShownProcessor, NamesWhatIsMissing) {
  const EverythingProcessor real;
  std::vector<std::string> missing;
  for_each_missing(real.shown_at(Level::kV3), real.shown_at(Level::kV2),
                   [&](const char* name) { missing.emplace_back(name); });
  EXPECT_EQ(missing, (std::vector<std::string>{"pclmulqdq", "fma", "movbe", "aes", "avx", "f16c",
                                               "rdrand", "bmi1", "avx2", "bmi2", "abm"}));
}

TEST(ShownProcessor, LeastSignalStackIsTheKernels) {
  const EverythingProcessor real;
  EXPECT_EQ(least_signal_stack(real.shown_at(Level::kV3)), 1360u);
  EXPECT_EQ(least_signal_stack(real.shown_at(Level::kV3)) % 16, 0u);
}

TEST(ShownProcessor, UnsoundOnesAreTold) {
  const EverythingProcessor real;
  for (const LevelName& row : kLevelNames) EXPECT_TRUE(is_sound(real.shown_at(row.level)));
  ShownProcessor shown = real.shown_at(Level::kV4);
  shown.parts[7].offset = 1665;
  EXPECT_FALSE(is_sound(shown));
  shown = real.shown_at(Level::kV3);
  shown.area_bytes = 1u << 30;
  EXPECT_FALSE(is_sound(shown));
  shown = real.shown_at(Level::kV3);
  shown.states |= 1u << 17;
  EXPECT_FALSE(is_sound(shown));
  shown = real.shown_at(Level::kV3);
  shown.level = Level{9};
  EXPECT_FALSE(is_sound(shown));
}

TEST(Level, HasNames) {
  EXPECT_EQ(level_named("x86-64-v3"), Level::kV3);
  EXPECT_EQ(level_named("x86-64-v1"), std::nullopt);
  EXPECT_EQ(name_of(Level::kNative), "native");
}

}  // namespace
}  // namespace weft::cpu
