// Which entry belongs to which exit, without a program.
#include "debugger/spans/span_builder.h"

#include <gtest/gtest.h>

namespace weft::spans {
namespace {

using channel::ProbeHit;
using probes::ExitKind;

constexpr uint64_t kTop = 0x1000;

/// Two functions, outer at [0x100, 0x200) and inner at [0x200, 0x300), and the C++ runtime.
class Hits {
 public:
  enum Probe : uint32_t {
    kOuterBegins,
    kOuterReturns,
    kInnerBegins,
    kInnerReturns,
    kInnerJumps,
    kInnerComputes,
    kInnerMayLeave,
    kThrow,
    kCatch
  };

  Hits() {
    functions_.resize(2);
    functions_[0].code.parts = {{0x100, 0x200}};
    functions_[1].code.parts = {{0x200, 0x300}};
    meanings_.resize(kCatch + 1);
    meanings_[kOuterBegins].entry_of = 0;
    exit(kOuterReturns, 0, ExitKind::kReturn);
    meanings_[kInnerBegins].entry_of = 1;
    exit(kInnerReturns, 1, ExitKind::kReturn);
    exit(kInnerJumps, 1, ExitKind::kJump);
    exit(kInnerComputes, 1, ExitKind::kComputed);
    exit(kInnerMayLeave, 1, ExitKind::kConditional);
    meanings_[kInnerMayLeave].exit.condition = 4;  // e
    meanings_[kThrow].unwinding = Unwinding::kThrow;
    meanings_[kCatch].unwinding = Unwinding::kCatch;
  }

  Hits& at(uint32_t probe, uint64_t rsp, uint64_t word = 0, uint32_t thread = 0) {
    ProbeHit hit{event_, ordinal_++, probe, thread, 0, rsp, {word, 7, 8, 9}};
    hits_.push_back(hit);
    return *this;
  }
  Hits& event() {
    ++event_;
    ordinal_ = 0;
    return *this;
  }
  void loop_in_inner() { functions_[1].loops_to_start = true; }

  std::vector<Span> spans() {
    SpanBuilder builder(meanings_, functions_);
    for (const ProbeHit& hit : hits_) builder.take(hit);
    return builder.finish(EventIndex(event_ + 1));
  }

 private:
  void exit(uint32_t probe, uint32_t function, ExitKind kind) {
    meanings_[probe].exit_of = function;
    meanings_[probe].exit.kind = kind;
  }

  std::vector<TracedFunction> functions_;
  std::vector<Meaning> meanings_;
  std::vector<ProbeHit> hits_;
  uint64_t event_ = 10;
  uint32_t ordinal_ = 0;
};

TEST(SpanBuilder, CallsNest) {
  Hits hits;
  hits.at(Hits::kOuterBegins, kTop).at(Hits::kInnerBegins, kTop - 64).event();
  hits.at(Hits::kInnerReturns, kTop - 64).at(Hits::kOuterReturns, kTop);
  const auto spans = hits.spans();
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0].outer, kNoSpan);
  EXPECT_EQ(spans[1].outer, 0u);
  EXPECT_EQ(spans[1].end, SpanEnd::kReturned);
  EXPECT_EQ(spans[1].entry, (HitPlace{EventIndex(10), 1}));
  EXPECT_EQ(spans[1].exit, (HitPlace{EventIndex(11), 0}));
  EXPECT_EQ(spans[1].arguments[0], 7u);
}

TEST(SpanBuilder, ThreadsDoNotMix) {
  Hits hits;
  hits.at(Hits::kInnerBegins, kTop, 0, 0).at(Hits::kInnerBegins, kTop, 0, 1);
  hits.at(Hits::kInnerReturns, kTop, 0, 1);
  const auto spans = hits.spans();
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0].end, SpanEnd::kOpen);
  EXPECT_EQ(spans[1].end, SpanEnd::kReturned);
  EXPECT_EQ(spans[1].outer, kNoSpan);
}

TEST(SpanBuilder, AComputedJumpLeavesOnlyIfItsTargetIsElsewhere) {
  Hits hits;
  hits.at(Hits::kInnerBegins, kTop).at(Hits::kInnerComputes, kTop, 0x280);
  EXPECT_EQ(hits.spans()[0].end, SpanEnd::kOpen);
  hits.at(Hits::kInnerComputes, kTop, 0x150);
  EXPECT_EQ(hits.spans()[0].end, SpanEnd::kTailCall);
}

TEST(SpanBuilder, AConditionalJumpLeavesIfItsConditionHolds) {
  Hits hits;
  hits.at(Hits::kInnerBegins, kTop).at(Hits::kInnerMayLeave, kTop, 0);
  EXPECT_EQ(hits.spans()[0].end, SpanEnd::kOpen);
  hits.at(Hits::kInnerMayLeave, kTop, 0x40);
  EXPECT_EQ(hits.spans()[0].end, SpanEnd::kTailCall);
}

TEST(SpanBuilder, ATailCallBeginsWhereTheCallerEnds) {
  Hits hits;
  hits.at(Hits::kInnerBegins, kTop).at(Hits::kInnerJumps, kTop);
  hits.at(Hits::kOuterBegins, kTop).at(Hits::kOuterReturns, kTop);
  const auto spans = hits.spans();
  EXPECT_EQ(spans[0].end, SpanEnd::kTailCall);
  EXPECT_EQ(spans[1].end, SpanEnd::kReturned);
  EXPECT_EQ(spans[1].outer, kNoSpan);
}

TEST(SpanBuilder, AnExceptionEndsTheFramesBelowItsHandler) {
  Hits hits;
  hits.at(Hits::kOuterBegins, kTop).at(Hits::kInnerBegins, kTop - 64);
  hits.at(Hits::kThrow, kTop - 200).at(Hits::kCatch, kTop - 64).at(Hits::kOuterReturns, kTop);
  const auto spans = hits.spans();
  EXPECT_EQ(spans[0].end, SpanEnd::kReturned);
  EXPECT_EQ(spans[1].end, SpanEnd::kException);
}

TEST(SpanBuilder, ACatchOnAnotherStackEndsNothing) {
  Hits hits;
  hits.at(Hits::kInnerBegins, kTop).at(Hits::kThrow, 0x9000).at(Hits::kCatch, 0x9100);
  EXPECT_EQ(hits.spans()[0].end, SpanEnd::kOpen);
}

TEST(SpanBuilder, AFrameThatWentUnseenIsSaidToBe) {
  Hits hits;
  hits.at(Hits::kInnerBegins, kTop).at(Hits::kOuterBegins, kTop);
  EXPECT_EQ(hits.spans()[0].end, SpanEnd::kNotSeen);
}

TEST(SpanBuilder, ALoopToTheFirstInstructionIsOneCall) {
  Hits hits;
  hits.loop_in_inner();
  hits.at(Hits::kInnerBegins, kTop).at(Hits::kInnerBegins, kTop).at(Hits::kInnerReturns, kTop);
  EXPECT_EQ(hits.spans().size(), 1u);
}

}  // namespace
}  // namespace weft::spans
