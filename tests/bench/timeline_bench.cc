/// How fast a timeline is on a trace: timeline_bench TRACE WEFT-RUNTIME [JUMPS]
///
/// Prints one JSON object. Jumps go to random events, as from everywhere to everywhere.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "replayer/timeline/timeline.h"

namespace {

using namespace weft::timeline;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

int fail(const weft::Error& error) {
  std::fprintf(stderr, "timeline_bench: %s\n", error.message.c_str());
  return 1;
}

double percentile(std::vector<double>& sorted, double share) {
  return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "usage: timeline_bench TRACE WEFT-RUNTIME [JUMPS]\n");
    return 2;
  }
  TimelineOptions options;
  options.runtime_path = arguments[2];
  const int jumps = count > 3 ? std::atoi(arguments[3]) : 300;
  const auto start = Clock::now();
  auto timeline = Timeline::open(arguments[1], options);
  if (!timeline) return fail(timeline.error());
  const double open_ms = milliseconds_since(start);
  const uint64_t events = (*timeline)->end().value();
  if (auto first = (*timeline)->go_to({weft::trace::EventIndex(events / 2)}); !first) {
    return fail(first.error());
  }
  const double early_jump_ms = milliseconds_since(start);
  if (const auto done = (*timeline)->wait_for_first_pass(); !done) return fail(done.error());
  const double first_pass_ms = milliseconds_since(start);

  std::mt19937_64 random(1);
  std::vector<double> times;
  for (int i = 0; i < jumps; ++i) {
    const auto before = Clock::now();
    const auto focus = (*timeline)->go_to({weft::trace::EventIndex(random() % (events + 1))});
    times.push_back(milliseconds_since(before));
    if (!focus) return fail(focus.error());
  }
  std::sort(times.begin(), times.end());
  const TimelineStatus status = (*timeline)->status();
  std::printf(
      "{\"events\": %llu, \"open_ms\": %.1f, \"early_jump_ms\": %.1f, \"first_pass_ms\": %.1f, "
      "\"checkpoints\": %u, \"checkpoint_bytes\": %llu, \"widest_gap_ms\": %.1f, "
      "\"jump_p50_ms\": %.1f, \"jump_p99_ms\": %.1f, \"jump_max_ms\": %.1f}\n",
      static_cast<unsigned long long>(events), open_ms, early_jump_ms, first_pass_ms,
      status.checkpoints, static_cast<unsigned long long>(status.bytes),
      status.widest_gap_seconds * 1000, percentile(times, 0.5), percentile(times, 0.99),
      times.back());
  return 0;
}
