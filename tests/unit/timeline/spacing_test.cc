#include "replayer/timeline/spacing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace weft::timeline {
namespace {

TEST(Spacing, FirstLastAndTheNewOneStay) {
  const std::vector<double> seconds{0, 1, 2};
  EXPECT_EQ(least_useful(seconds, 0, 99), 1u);
  EXPECT_EQ(least_useful(seconds, 0, 1), std::nullopt);
  EXPECT_EQ(least_useful(std::vector<double>{0, 1}, 0, 99), std::nullopt);
}

TEST(Spacing, NeighboursInACrowdGoFirst) {
  const std::vector<double> seconds{0, 10, 20, 20.1, 20.2, 30, 40};
  EXPECT_EQ(least_useful(seconds, 0, 99), 3u);
}

TEST(Spacing, NearTheUserTheyStayDense) {
  std::vector<double> seconds;
  for (int i = 0; i <= 1000; ++i) seconds.push_back(i);
  while (seconds.size() > 64) {
    seconds.erase(seconds.begin() +
                  static_cast<std::ptrdiff_t>(*least_useful(seconds, 700, seconds.size())));
  }
  double widest = 0, at_user = 0;
  for (size_t i = 1; i < seconds.size(); ++i) {
    const double gap = seconds[i] - seconds[i - 1];
    widest = std::max(widest, gap);
    if (seconds[i - 1] <= 700 && 700 <= seconds[i]) at_user = std::max(at_user, gap);
  }
  EXPECT_LT(at_user, 10);
  EXPECT_LT(widest, 1000.0 * 5 / 64);
}

}  // namespace
}  // namespace weft::timeline
