// From hits to tasks, without a program: one coroutine, whose frame has its resume index at 0x38.
#include "debugger/coroutines/coroutine_story.h"

#include <gtest/gtest.h>

namespace weft::coroutines {
namespace {

using analysis::Outcome;
using analysis::ReplayedHook;
using channel::ProbeHit;
using channel::ProbeRegister;
using Role = Meaning::Role;
using What = ReplayedHook::What;

constexpr uint64_t kActor = 0x1000, kFrame = 0x9000, kOtherFrame = 0x9100, kStack = 0x7000;
constexpr int64_t kIndexAt = 0x38;

class StoryTest : public testing::Test {
 protected:
  enum Probe : uint32_t { kResume, kLeave, kDestroy, kRampStore, kInitial, kAwait, kNull };

  StoryTest() {
    Coroutine coroutine;
    coroutine.function = "fetch(int)";
    coroutine.index_offset = kIndexAt;
    coroutine.actor.parts = {{kActor, kActor + 0x100}};
    code_.coroutines.push_back(coroutine);
    code_.by_actor[kActor] = 0;
    code_.meanings.resize(kNull + 1);
    meaning(kResume, Role::kResume);
    meaning(kLeave, Role::kLeave);
    meaning(kDestroy, Role::kDestroy);
    store(kRampStore, kIndexAt, 4, 0x10002);  // with the two bytes after it
    store(kInitial, kIndexAt, 2, 2);
    store(kAwait, kIndexAt, 2, 4);
    store(kNull, 0, 8, 0);
    code_.meanings[kAwait].place = 7;
  }

  void hit(Probe probe, std::array<uint64_t, 2> words, uint64_t rsp = kStack) {
    story_.take({10, ordinal_++, probe, 0, 0, rsp, {words[0], words[1], 0, 0}});
  }
  void make(uint64_t frame = kFrame) { hit(kRampStore, {frame, kActor}); }
  void resume(uint64_t index, uint64_t frame = kFrame, uint64_t rsp = kStack) {
    hit(kResume, {frame, index}, rsp);
  }

  /// "create 1 < 0, resume 1, suspend 1 at 7, end 1 done".
  std::string told() {
    std::string text;
    for (const ToldHook& one : story_.finish()) {
      const ReplayedHook& hook = one.hook;
      if (hook.what == What::kNothing) continue;
      text += text.empty() ? "" : ", ";
      const std::string task = std::to_string(hook.task.value());
      if (hook.what == What::kCreate)
        text += "create " + task + " < " + std::to_string(hook.other.value());
      if (hook.what == What::kResume) text += "resume " + task;
      if (hook.what == What::kSuspend) text += "suspend " + task + " at " + place(hook.place);
      if (hook.what == What::kEnd) text += "end " + task + outcome(hook.outcome);
    }
    return text;
  }

  Code code_;

 private:
  void meaning(uint32_t probe, Role role) {
    code_.meanings[probe].role = role;
    code_.meanings[probe].coroutine = 0;
  }
  void store(uint32_t probe, int64_t at, uint8_t bytes, uint64_t value) {
    code_.meanings[probe].role = Role::kStore;
    code_.meanings[probe].store = {.address = 0,
                                   .base = ProbeRegister::kRax,
                                   .source = ProbeRegister::kNone,
                                   .displacement = at,
                                   .immediate = value,
                                   .bytes = bytes};
  }
  static std::string place(uint32_t number) {
    return number == UINT32_MAX ? "?" : std::to_string(number);
  }
  static std::string outcome(Outcome outcome) {
    return outcome == Outcome::kDone        ? " done"
           : outcome == Outcome::kCancelled ? " cancelled"
                                            : " failed";
  }

  Story story_{code_};
  uint32_t ordinal_ = 0;
};

TEST_F(StoryTest, ALazyCoroutineRunsSuspendsAndEnds) {
  make();
  resume(2);
  hit(kAwait, {kFrame, kActor});
  hit(kLeave, {});
  resume(4);
  hit(kNull, {kFrame, kActor});
  hit(kLeave, {});
  hit(kDestroy, {kFrame, 0});
  EXPECT_EQ(told(), "create 1 < 0, resume 1, suspend 1 at 7, resume 1, end 1 done");
}

TEST_F(StoryTest, TheRampsCallUpToTheInitialSuspensionIsNoRun) {
  hit(kRampStore, {kFrame, kActor});
  resume(0);
  hit(kInitial, {kFrame, kActor});
  hit(kLeave, {});
  resume(2);
  EXPECT_EQ(told(), "create 1 < 0, resume 1");
}

TEST_F(StoryTest, OneThatStartsAtOnceRunsInItsRamp) {
  resume(0);
  hit(kAwait, {kFrame, kActor});
  hit(kLeave, {});
  EXPECT_EQ(told(), "create 1 < 0, resume 1, suspend 1 at 7");
}

TEST_F(StoryTest, AChildIsCreatedByTheOneThatRuns) {
  make();
  resume(2);
  make(kOtherFrame);
  hit(kAwait, {kFrame, kActor});
  resume(2, kOtherFrame, kStack - 64);
  hit(kNull, {kOtherFrame, kActor});
  hit(kLeave, {}, kStack - 64);
  hit(kLeave, {});
  EXPECT_EQ(told(), "create 1 < 0, resume 1, create 2 < 1, suspend 1 at 7, resume 2, end 2 done");
}

TEST_F(StoryTest, AFrameThatIsDestroyedBeforeItsEndIsCancelled) {
  make();
  resume(2);
  hit(kAwait, {kFrame, kActor});
  hit(kLeave, {});
  hit(kDestroy, {kFrame, 0});
  resume(5);  // odd: the body destroys what it has
  hit(kLeave, {});
  EXPECT_EQ(told(), "create 1 < 0, resume 1, suspend 1 at 7, end 1 cancelled");
}

TEST_F(StoryTest, AFrameThatIsUsedAgainIsAnotherTask) {
  make();
  resume(2);
  hit(kNull, {kFrame, kActor});
  hit(kLeave, {});
  make();
  resume(2);
  EXPECT_EQ(told(), "create 1 < 0, resume 1, end 1 done, create 2 < 0, resume 2");
}

TEST_F(StoryTest, AnAwaitThatDidNotSuspendAfterAll) {
  make();
  resume(2);
  hit(kAwait, {kFrame, kActor});
  hit(kAwait, {kFrame, kActor});
  hit(kLeave, {});
  EXPECT_EQ(told(), "create 1 < 0, resume 1, suspend 1 at 7, resume 1, suspend 1 at 7");
}

TEST_F(StoryTest, AStoreToOtherMemoryIsNothing) {
  hit(kRampStore, {kFrame, 0x5555});  // no actor stands there, and none is named by the ramp
  hit(kNull, {kOtherFrame, 0x5555});
  EXPECT_EQ(told(), "");
}

TEST_F(StoryTest, AFrameWhoseMakingWasNotSeenBeginsAtItsFirstResume) {
  resume(2);
  hit(kAwait, {kFrame, kActor});
  EXPECT_EQ(told(), "create 1 < 0, resume 1, suspend 1 at 7");
}

}  // namespace
}  // namespace weft::coroutines
