#include "debugger/report/stats/delays.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "debugger/analysis/questions/executors.h"
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
    const std::string others =
        held_up.alike > 1 ? fmt::format(" (and {} like it)", held_up.alike - 1) : "";
    out += fmt::format("  {} was ready at {} and ran {} later{}",
                       with_place(model, segment.task, segment.resume_place),
                       start_text(analysis.seconds_at(segment.ready)),
                       duration_text(analysis.seconds(held_up.ready)), others);
    if (held_up.holder != kNone && 2 * held_up.held >= held_up.ready)
      out += fmt::format("; thread {} ran {} for {} of it", segment.thread,
                         task_text(model, held_up.holder),
                         duration_text(analysis.seconds(held_up.held)));
    out += fmt::format("; event {}\n", segment.resumed);
  }
  return out.empty() ? out : "\nready, but not run: the longest\n" + out;
}

/// Strands and pools whose handlers had to wait for their turn.
std::string executors_text(const Analysis& analysis) {
  constexpr const char* kNames[] = {"strand", "thread pool"};
  const Model& model = analysis.model();
  std::string out;
  size_t shown = 0;
  for (const ExecutorUse& use : executors(analysis)) {
    if (shown == kShown || analysis.seconds(use.ready) < kShortestSeconds) break;
    if (use.handlers < 2 || use.kind == ExecutorKind::kLoop) continue;
    ++shown;
    const std::string place = place_text(model, use.place);
    out += fmt::format(
        "  {} {:#x}{}: {} handlers, {} ready at once, {} running at once on {} thread{}; they were "
        "ready for {} and ran for {}\n",
        kNames[static_cast<size_t>(use.kind)], use.object, place.empty() ? "" : " (" + place + ")",
        use.handlers, use.most_ready, use.most_running, use.threads, use.threads > 1 ? "s" : "",
        duration_text(analysis.seconds(use.ready)), duration_text(analysis.seconds(use.running)));
  }
  return out.empty() ? out : "\nexecutors, those with the longest queues\n" + out;
}

std::string idle_cancels_text(const Analysis& analysis) {
  const Model& model = analysis.model();
  std::map<TaskIndex, uint32_t> counts;  // by the first canceller of each expression
  std::map<ExpressionIndex, TaskIndex> first;
  for (const auto i : model.idle_cancels.numbers()) {
    const TaskIndex by = model.idle_cancels[i].by;
    ++counts[first.try_emplace(model.tasks[by].expression, by).first->second];
  }
  std::string out;
  for (const auto& [by, count] : counts)
    out += fmt::format("  {} by {}\n", count, with_place(model, by, model.tasks[by].place));
  return out.empty() ? out : "\ncancels that ended nothing: no operation was under way\n" + out;
}

}  // namespace weft::report
