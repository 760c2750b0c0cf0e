#include "debugger/report/stats/delays.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "debugger/analysis/questions/executors.h"
#include "debugger/analysis/threads/held_up.h"
#include "debugger/report/text/task_texts.h"

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
    const uint32_t behind = ready_behind(model, call);
    out += fmt::format("  thread {} blocked {} in {} inside {}", call.thread,
                       duration_text(analysis.seconds(call.finish - call.start)),
                       blocking_text(model, call), caller_text(analysis, call));
    if (behind > 0)
      out += fmt::format("; {} task{} ready meanwhile", behind, behind > 1 ? "s" : "");
    out += call.event == kNone ? "\n" : fmt::format("; event {}\n", call.event);
  }
  return out;
}

std::string held_up_text(const Analysis& analysis) {
  const Model& model = analysis.model();
  const Ticks shortest = analysis.info().ticks(kShortestSeconds);
  std::string out;
  for (const HeldUp& held_up : longest_held_up(model, kShown, shortest)) {
    const Segment& segment = model.segments[held_up.segment];
    out += fmt::format("  {} was ready at {} and ran {} later{}",
                       with_place(model, segment.task, segment.resume_place),
                       start_text(analysis.seconds_at(segment.ready)),
                       duration_text(analysis.seconds(held_up.ready)), alike_text(held_up));
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
  struct Cancels {
    uint32_t count = 0;
    TaskIndex first = kNone;
    std::set<TaskIndex> tasks;
  };
  // By expression; threads, which are all of one, each by itself.
  std::map<std::pair<ExpressionIndex, TaskIndex>, Cancels> all;
  for (const auto i : model.idle_cancels.numbers()) {
    const TaskIndex by = model.idle_cancels[i].by;
    const bool is_thread = model.tasks[by].kind == TaskKind::kKernelThread;
    Cancels& cancels = all[{model.tasks[by].expression, is_thread ? by : TaskIndex()}];
    if (cancels.count++ == 0) cancels.first = by;
    cancels.tasks.insert(by);
  }
  std::string out;
  for (const auto& [key, cancels] : all) {
    const std::string first = with_place(model, cancels.first, model.tasks[cancels.first].place);
    out += cancels.tasks.size() == 1
               ? fmt::format("  {} by {}\n", cancels.count, first)
               : fmt::format("  {} by {} tasks of one expression, the first: {}\n", cancels.count,
                             cancels.tasks.size(), first);
  }
  return out.empty() ? out : "\ncancels that ended nothing: no operation was under way\n" + out;
}

}  // namespace weft::report
