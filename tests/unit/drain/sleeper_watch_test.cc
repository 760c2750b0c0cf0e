#include "recorder/drain/sleeper_watch.h"

#include <gtest/gtest.h>

namespace weft::drain {
namespace {

using namespace std::chrono_literals;

struct Watch {
  channel::RecordChannel channel{};
  SleeperWatch watch;
  Watch() { channel.slice_us = 2000; }
};

/// A thread number that the kernel gives to nobody.
constexpr uint64_t kNobody = 0x7fff'ffff;

TEST(SleeperWatch, LooksSeldomWhereNoThreadsMakeEachOtherReady) {
  Watch w;
  EXPECT_EQ(w.watch.look(w.channel), 20ms);
  EXPECT_EQ(w.channel.watching, 0u);
}

TEST(SleeperWatch, LooksOnceASliceWhileThereIsASleeper) {
  Watch w;
  w.channel.sleeper = uint64_t{1} << 32 | kNobody;
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(w.watch.look(w.channel), 2ms);
    EXPECT_EQ(w.channel.watching, 1u);
  }
}

TEST(SleeperWatch, GoesOnForSomeTimeAfterTheLastSleeper) {
  Watch w;
  w.channel.sleeper = uint64_t{1} << 32 | kNobody;
  (void)w.watch.look(w.channel);
  w.channel.sleeper = uint64_t{2} << 32;
  int looks = 0;
  while (w.watch.look(w.channel) == 2ms) ++looks;
  EXPECT_GT(looks, 10);
  EXPECT_LT(looks, 200);
  EXPECT_EQ(w.channel.watching, 0u);
}

TEST(SleeperWatch, SaysWhenItLooked) {
  Watch w;
  w.channel.sleeper = uint64_t{1} << 32 | kNobody;
  (void)w.watch.look(w.channel);
  const uint64_t first = w.channel.last_look;
  (void)w.watch.look(w.channel);
  EXPECT_GT(w.channel.last_look, first);
}

TEST(SleeperWatch, WithoutSlicesItLooksSeldom) {
  Watch w;
  w.channel.slice_us = 0;
  w.channel.sleeper = uint64_t{1} << 32 | kNobody;
  EXPECT_EQ(w.watch.look(w.channel), 20ms);
}

}  // namespace
}  // namespace weft::drain
