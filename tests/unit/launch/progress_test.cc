#include "recorder/launch/progress.h"

#include <gtest/gtest.h>

#include "recorder/launch/recording_info.h"
#include "weft/base/human_text.h"

namespace weft::launch {
namespace {

TEST(DeathText, NamesTheSignal) {
  EXPECT_EQ(death_text(11), "weft: the program was killed by SIGSEGV");
  EXPECT_EQ(death_text(34), "weft: the program was killed by signal 34");
}

TEST(Progress, TheSummaryIsOneLine) {
  EXPECT_EQ(summary_text({123456, 38'100'000, 1'800'000}, 8.2, "redis-server-1234.weft"),
            "weft: recorded 123456 events (38.1 MB, 1.8 MB in the file) in 8.2 s: "
            "redis-server-1234.weft");
  EXPECT_EQ(summary_text({2, 152, 2300}, 0.006, "t.weft"),
            "weft: recorded 2 events (152 B, 2.3 kB in the file) in 0.006 s: t.weft");
}

TEST(Progress, TheLineSaysSecondsEventsBytes) {
  EXPECT_EQ(progress_text({1234567, 38'100'000, 0}, 12.34), "12.3 s, 1234567 events, 38.1 MB");
}

TEST(HumanText, BytesChangeTheirUnitBeforeTheyNeedFourDigits) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(1000), "1.0 kB");
  EXPECT_EQ(bytes_text(999'999), "1.0 MB");
  EXPECT_EQ(bytes_text(3'210'000'000), "3.2 GB");
}

TEST(HumanText, AnErrorHasItsHintOnASecondLine) {
  EXPECT_EQ(error_text({ErrorClass::kUsage, "no such program: 'x'", "see what is there with ls"}),
            "weft: no such program: 'x'\n      see what is there with ls");
  EXPECT_EQ(error_text({ErrorClass::kUsage, "a", ""}), "weft: a");
}

TEST(RecordingInfo, TheClockIsMeasured) {
  const TscCalibration calibration;
  const uint64_t hz = calibration.finish();
  EXPECT_GT(hz, 100'000'000u);
  EXPECT_LT(hz, 10'000'000'000u);
  // Two measurements agree: within 0.1 %, on a machine that does other things as well.
  EXPECT_NEAR(static_cast<double>(TscCalibration().finish()), static_cast<double>(hz),
              static_cast<double>(hz) / 1000);
}

TEST(RecordingInfo, TheProgramIsKnownByItsAbsolutePath) {
  const auto info = describe_recording("./x", {"x", "-v"}, TscCalibration());
  EXPECT_EQ(info.program, info.working_directory + "/x");
  EXPECT_EQ(info.arguments, (std::vector<std::string>{"x", "-v"}));
  EXPECT_NE(info.cpu_model, "");
  EXPECT_NE(info.uuid, decltype(info.uuid){});
}

}  // namespace
}  // namespace weft::launch
