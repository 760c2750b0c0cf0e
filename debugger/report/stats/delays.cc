#include "debugger/report/stats/delays.h"

#include <fmt/format.h>

#include <algorithm>

#include "debugger/analysis/questions/held_up.h"
#include "debugger/report/text/task_texts.h"
#include "replayer/inspect/event_text.h"

namespace weft::report {

namespace {

constexpr size_t kShown = 5;
/// Ready for less is what a turn of an event loop takes.
constexpr double kShortestSeconds = 1e-3;

}  // namespace

std::string blocked_calls_text(const Analysis& analysis) {
  const Model& model = analysis.model();
  std::vector<BlockedCall> calls;
  for (const auto i : model.blocked_calls.numbers()) {
    const BlockedCall& call = model.blocked_calls[i];
    if (model.tasks[call.task].kind != TaskKind::kKernelThread) calls.push_back(call);
  }
  std::ranges::stable_sort(calls, std::ranges::greater{},
                           [](const BlockedCall& c) { return c.finish - c.start; });
  if (calls.empty()) return "";
  std::string out = fmt::format("\nblocking calls inside tasks, the longest of {}\n", calls.size());
  for (size_t i = 0; i < std::min(calls.size(), kShown); ++i) {
    const BlockedCall& call = calls[i];
    const Segment& segment = model.segments[analysis.last_segment(call.task, call.event)];
    const PlaceIndex place =
        segment.resume_place != kNone ? segment.resume_place : model.tasks[call.task].place;
    const uint32_t behind = ready_behind(model, call);
    out += fmt::format(
        "  thread {} blocked {} in {}{} inside {}; {}event {}\n", call.thread,
        duration_text(analysis.seconds(call.finish - call.start)), inspect::call_name(call.call),
        call.waited_for == kNone ? ""
                                 : " (waits for " + task_text(model, call.waited_for) + " to end)",
        with_place(model, call.task, place),
        behind == 0 ? "" : fmt::format("{} tasks ready behind it; ", behind), call.event);
  }
  return out;
}

std::string held_up_text(const Analysis& analysis) {
  const Model& model = analysis.model();
  const auto hertz = static_cast<double>(analysis.info().tsc_hz);
  const auto shortest = static_cast<Ticks>(kShortestSeconds * hertz);
  std::string out;
  for (const HeldUp& held_up : longest_held_up(model, kShown, shortest)) {
    const Segment& segment = model.segments[held_up.segment];
    out += fmt::format("  {} was ready at {} and ran {} later",
                       with_place(model, segment.task, segment.resume_place),
                       start_text(analysis.seconds_at(segment.ready)),
                       duration_text(analysis.seconds(held_up.ready)));
    if (held_up.holder != kNone)
      out += fmt::format("; thread {} ran {} for {} of it", segment.thread,
                         task_text(model, held_up.holder),
                         duration_text(analysis.seconds(held_up.held)));
    out += fmt::format("; event {}\n", segment.resumed);
  }
  return out.empty() ? out : "\nready, but not run: the longest\n" + out;
}

}  // namespace weft::report
