/// Detectors of `weft why`: how the program ended, if it was not its own decision.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"
#include "replayer/inspect/event_text.h"
#include "weft/trace/event.h"

namespace weft::report {

namespace {

/// Signals that a program brings upon itself. Others come from somebody who wanted it to end.
constexpr int kOwnSignals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGPIPE};

}  // namespace

/// Killed by a signal of its own making: where each of that is known.
void find_crash(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  const Totals& totals = model.totals;
  if (totals.last_kind != static_cast<uint8_t>(trace::EventKind::kKilled) ||
      std::ranges::find(kOwnSignals, totals.last_result) == std::end(kOwnSignals))
    return;
  const EventIndex end = scene.analysis.total_events();
  const TaskIndex task = scene.analysis.current_task(totals.last_thread, end);
  const auto stand = std::ranges::find(scene.stands, totals.last_thread, &ThreadStand::thread);
  const std::string place = stand == scene.stands.end() ? "" : stand_place_text(*stand);
  Finding one{.weight = Weight::kWhole, .size = 1};
  one.what = fmt::format("{} killed the program, in {}{}", inspect::signal_name(totals.last_result),
                         task_text(model, task), place.empty() ? "" : " at " + place);
  one.evidence = fmt::format("at {}, event {}",
                             start_text(scene.analysis.seconds_at(totals.last_time)), end - 1);
  const std::string stack = stand == scene.stands.end() ? "" : thread_stack_text(*stand);
  if (!stack.empty()) one.evidence += ": " + stack;
  if (model.tasks[task].kind != TaskKind::kKernelThread)
    one.evidence += "; its tasks: " + stack_text(scene.analysis, task, end);
  one.next = fmt::format("debug -c 'goto crash' -c where {}", scene.path());
  found.push_back(std::move(one));
}

}  // namespace weft::report
