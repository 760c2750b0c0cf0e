#include "recorder/drain/gathering_watch.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <thread>

namespace weft::drain {
namespace {

using namespace std::chrono_literals;

struct Watch {
  channel::RecordChannel channel{};
  GatheringWatch watch;
  GatheringWatch::Clock::time_point now{1h};

  int32_t after(std::chrono::milliseconds time) { return watch.look(channel, now += time); }
};

uint64_t gathered(uint32_t count, int32_t tid) {
  return uint64_t{count} << 32 | static_cast<uint32_t>(tid);
}

TEST(GatheringWatch, LeavesThreadsAloneThatHandOver) {
  Watch w;
  EXPECT_EQ(w.after(1000ms), 0);
  for (uint32_t count = 1; count < 10; ++count) {
    w.channel.gathered = gathered(count, 7);
    EXPECT_EQ(w.after(190ms), 0);
  }
}

TEST(GatheringWatch, FindsAThreadThatKeepsTheBaton) {
  Watch w;
  w.channel.gathered = gathered(1, 7);
  EXPECT_EQ(w.after(20ms), 0);
  EXPECT_EQ(w.after(190ms), 0);
  EXPECT_EQ(w.after(20ms), 7);
  w.channel.gathered = gathered(2, 7);
  EXPECT_EQ(w.after(20ms), 0);
  EXPECT_EQ(w.after(210ms), 7);
}

TEST(GatheringWatch, GivesTheThreadItsOwnProcessorsBack) {
  cpu_set_t all{};
  ASSERT_EQ(::sched_getaffinity(0, sizeof all, &all), 0);
  if (CPU_COUNT(&all) < 2) GTEST_SKIP() << "one processor";
  int first = 0;
  while (!CPU_ISSET(first, &all)) ++first;
  cpu_set_t one{};
  CPU_SET(first, &one);
  ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  Watch w;
  for (size_t i = 0; i < channel::kProcessorWords; ++i) {
    uint64_t word;
    __builtin_memcpy(&word, reinterpret_cast<const char*>(&all) + i * sizeof word, sizeof word);
    w.channel.own_processors[i] = word;
  }
  w.channel.gathered = gathered(1, ::gettid());
  w.watch.look_after(w.channel);
  std::this_thread::sleep_for(GatheringWatch::kPatience + 10ms);
  w.watch.look_after(w.channel);
  cpu_set_t now{};
  ASSERT_EQ(::sched_getaffinity(0, sizeof now, &now), 0);
  EXPECT_TRUE(CPU_EQUAL(&now, &all));
  EXPECT_EQ(w.channel.gathered, 0u);
}

}  // namespace
}  // namespace weft::drain
