// A recording for a processor that has more than this one is refused, with a way out.
#include "replayer/session/processor_check.h"

#include <gtest/gtest.h>

namespace weft::session {
namespace {

using cpu::Level;
using cpu::Word;

/// A processor with all that a program may be told of at `level`.
cpu::ShownProcessor full(Level level) {
  cpu::ShownProcessor processor{};
  processor.level = level;
  for (int word = 0; word < cpu::kWords; ++word)
    processor.words[word] = cpu::shown_bits(static_cast<Word>(word), level);
  processor.states = cpu::shown_states(level);
  return processor;
}

trace::TraceInfo recorded_at(Level level) {
  trace::TraceInfo info;
  info.cpu_model = "Some CPU";
  if (level != Level::kUnknown) info.processor = full(level);
  return info;
}

TEST(ProcessorCheck, LetsPassWhatIsThere) {
  EXPECT_TRUE(check_processor(recorded_at(Level::kV3), "a.weft", full(Level::kV3)));
  EXPECT_TRUE(check_processor(recorded_at(Level::kV3), "a.weft", full(Level::kNative)));
  EXPECT_TRUE(check_processor(recorded_at(Level::kUnknown), "a.weft", full(Level::kV2)));
  EXPECT_TRUE(check_processor(recorded_at(Level::kNative), "a.weft", full(Level::kNative)));
}

TEST(ProcessorCheck, SaysWhatIsMissingAndHowToRecordWithoutIt) {
  const Status status = check_processor(recorded_at(Level::kV4), "a.weft", full(Level::kV3));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().error_class, ErrorClass::kUnsupported);
  EXPECT_EQ(status.error().message,
            "a.weft was recorded for a processor that has more than this one: avx512f, avx512dq, "
            "rdseed, adx, clflushopt, clwb, avx512cd, avx512bw, avx512vl");
  EXPECT_EQ(status.error().hint,
            "replay it on such a machine (Some CPU), or record it again with weft record --cpu "
            "x86-64-v3");
}

TEST(ProcessorCheck, NamesTheHighestLevelThatWouldDo) {
  cpu::ShownProcessor here = full(Level::kV3);
  here.words[static_cast<int>(Word::k7Ebx)] &= ~(1u << 5);  // AVX2
  const Status status = check_processor(recorded_at(Level::kV3), "a.weft", here);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find(": avx2"), std::string::npos);
  EXPECT_NE(status.error().hint.find("--cpu x86-64-v2"), std::string::npos);
}

TEST(ProcessorCheck, HintsAreNotMissed) {
  cpu::ShownProcessor here = full(Level::kV3);
  here.words[static_cast<int>(Word::k7Ebx)] &= ~(1u << 9);  // ERMS
  EXPECT_TRUE(check_processor(recorded_at(Level::kV3), "a.weft", here));
}

TEST(ProcessorCheck, RegistersThatTheKernelHasNotEnabled) {
  cpu::ShownProcessor here = full(Level::kV3);
  here.states = 3;
  EXPECT_FALSE(check_processor(recorded_at(Level::kV3), "a.weft", here));
}

}  // namespace
}  // namespace weft::session
