// Figures of traced calls: what a recursion does inside is part of its outermost call.
#include <gtest/gtest.h>

#include "debugger/report/calls/call_figures.h"

namespace weft::report {
namespace {

/// Calls of one function, from outside to inside, with requests they work for.
struct Nest {
  explicit Nest(const std::vector<uint64_t>& durations, const std::vector<RequestIndex>& requests)
      : spans(durations.size()) {
    for (size_t i = 0; i < durations.size(); ++i) {
      Call call;
      call.span = &spans[i];
      call.duration = call.least = call.most = Ticks(durations[i]);
      call.outer = i == 0 ? spans::kNoSpan : static_cast<uint32_t>(i - 1);
      call.request = requests[i];
      calls.push_back(call);
    }
  }
  std::vector<spans::Span> spans;
  std::vector<Call> calls;
};

TEST(CallFigures, OfARecursion) {
  const RequestIndex none = analysis::kNone;
  Nest nest({30, 20, 10}, {none, none, none});
  Call second = nest.calls[0];
  second.duration = second.least = second.most = Ticks(50);
  nest.calls.push_back(second);
  const auto figures = figures_of(nest.calls, 1, none);
  ASSERT_EQ(figures.size(), 1u);
  EXPECT_EQ(figures[0].calls, 4u);
  EXPECT_EQ(figures[0].outermost, 2u);
  EXPECT_EQ(figures[0].total, Ticks(80));
  EXPECT_EQ(figures[0].mean(), Ticks(40));
  EXPECT_EQ(figures[0].longest, Ticks(50));
}

/// The call around it worked for another request: of this one, the inner call is the outermost.
TEST(CallFigures, OfARecursionThatBeganBeforeTheRequest) {
  const RequestIndex none = analysis::kNone, first(0);
  const Nest nest({30, 20, 10}, {none, first, first});
  const auto figures = figures_of(nest.calls, 1, first);
  ASSERT_EQ(figures.size(), 1u);
  EXPECT_EQ(figures[0].calls, 2u);
  EXPECT_EQ(figures[0].mean(), Ticks(20));
}

}  // namespace
}  // namespace weft::report
