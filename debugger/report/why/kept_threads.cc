/// Detectors of `weft why`: a task that kept its thread, by a call that blocked or by running long,
/// while others would have run.
#include <fmt/format.h>
#include <sys/syscall.h>

#include <algorithm>
#include <map>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/threads/held_up.h"
#include "debugger/analysis/threads/right_after.h"
#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"
#include "replayer/inspect/event_text.h"

namespace weft::report {

namespace {

/// Calls and runs that are looked at, the longest ones.
constexpr size_t kMostLookedAt = 1000;
/// Tasks that held others up, of which find_held_up tells.
constexpr size_t kHolders = 32;

/// Calls in which an event loop waits for something to do.
bool is_idle_call(uint16_t call) {
  constexpr int kCalls[] = {SYS_epoll_wait, SYS_epoll_pwait, SYS_epoll_pwait2, SYS_poll, SYS_ppoll,
                            SYS_select,     SYS_pselect6,    SYS_io_getevents, SYS_futex};
  return std::ranges::find(kCalls, int{call}) != std::end(kCalls);
}

/// A fiber whose work is to wait for the others (a scheduler's dispatcher): it waits again and
/// again.
bool is_dispatcher(const Model& model, const BlockedCall& call,
                   const std::map<TaskIndex, uint32_t>& calls_of) {
  return model.tasks[call.task].kind == TaskKind::kFiber && is_idle_call(call.call) &&
         calls_of.at(call.task) > 1;
}

/// "6 tasks were ready meanwhile", "6 others that had waited ran right after it".
std::string behind_text(uint32_t ready, size_t after) {
  if (ready > 0)
    return fmt::format("{} task{} ready meanwhile", ready, ready > 1 ? "s were" : " was");
  return fmt::format("{} other{} that had waited since before ran right after it", after,
                     after > 1 ? "s" : "");
}

std::vector<const BlockedCall*> long_calls(const Scene& scene) {
  const Model& model = scene.model();
  const Ticks shortest = scene.analysis.info().ticks(kNoticedSeconds);
  std::vector<const BlockedCall*> calls;
  std::map<TaskIndex, uint32_t> calls_of;
  for (const auto i : model.blocked_calls.numbers()) ++calls_of[model.blocked_calls[i].task];
  for (const auto i : model.blocked_calls.numbers()) {
    const BlockedCall& call = model.blocked_calls[i];
    if (model.tasks[call.task].kind != TaskKind::kKernelThread &&
        call.finish - call.start >= shortest && !is_dispatcher(model, call, calls_of))
      calls.push_back(&call);
  }
  std::ranges::stable_sort(calls, std::ranges::greater{},
                           [](const BlockedCall* call) { return call->finish - call->start; });
  return calls;
}

/// The program's functions that the call was made from; empty: not known.
std::string call_place(const Scene& scene, const BlockedCall& call) {
  if (!scene.look || call.event == kNone) return "";
  const auto stands = scene.look(EventIndex(call.event));
  const auto stand = std::ranges::find(stands, call.thread, &ThreadStand::thread);
  return stand == stands.end() ? "" : thread_stack_text(*stand);
}

}  // namespace

/// A call inside a task kept its thread waiting, and tasks were ready for that thread.
void find_blocking(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  const std::vector<const BlockedCall*> calls = long_calls(scene);
  for (size_t i = 0; i < std::min(calls.size(), kMostLookedAt); ++i) {
    const BlockedCall& call = *calls[i];
    const uint32_t ready = ready_behind(model, call);
    const size_t after =
        ready > 0
            ? 0
            : ran_right_after(model, {call.task, call.start, call.finish, call.event, call.thread})
                  .size();
    if (ready == 0 && after == 0) continue;
    Finding one{.size = scene.analysis.seconds(call.finish - call.start)};
    const std::string place = call_place(scene, call);
    one.what = fmt::format("{} blocked thread {} for {} inside {}{}", blocking_text(model, call),
                           call.thread, scene.time(call.finish - call.start),
                           caller_text(scene.analysis, call), place.empty() ? "" : ": " + place);
    one.evidence = fmt::format("{}; {} call{} inside tasks took as long or longer",
                               behind_text(ready, after), i + 1, i > 0 ? "s" : "");
    one.next = fmt::format("stats {}", scene.path());
    found.push_back(std::move(one));
    return;
  }
}

namespace {

bool is_told(const Model& model, const std::vector<HeldUp>& held_up, const Stretch& run) {
  return std::ranges::any_of(held_up, [&](const HeldUp& one) {
    return one.holder != kNone &&
           model.tasks[one.holder].expression == model.tasks[run.task].expression;
  });
}

std::string run_text(const Scene& scene, const Stretch& run) {
  const Model& model = scene.model();
  const std::string who = with_place(model, run.task, model.tasks[run.task].place);
  if (run.unsure == nullptr)
    return fmt::format("{} ran for {} without a pause, on thread {}", who,
                       scene.time(run.to - run.from), run.thread);
  return fmt::format(
      "{} kept thread {} for {}: it ran, or waited in {} (event {}); which of both is not known",
      who, run.thread, scene.time(run.to - run.from), inspect::call_name(run.unsure->call),
      run.unsure->event);
}

}  // namespace

/// A task ran for long, and others whose readiness only the next look of the loop would tell ran
/// right after it. Where readiness is known, find_held_up tells.
void find_long_runs(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  const auto held_up =
      longest_held_up(model, kHolders, scene.analysis.info().ticks(kNoticedSeconds));
  const auto runs = long_runs(model, scene.analysis.info().ticks(kNoticedSeconds));
  for (size_t i = 0; i < std::min(runs.size(), kMostLookedAt); ++i) {
    const Stretch& run = runs[i];
    auto after = ran_right_after(model, run);
    std::erase_if(after, [&](TaskIndex task) {
      const SegmentIndex next =
          scene.analysis.segment_resumed_at(scene.analysis.next_resume(task, EventIndex(run.end)));
      return next != kNone && model.segments[next].ready < run.to;
    });
    std::erase_if(after, [&](TaskIndex task) { return is_internal(model, task); });
    if (after.empty() || is_told(model, held_up, run)) continue;
    const ExpressionIndex expression = model.tasks[run.task].expression;
    const auto alike = std::ranges::count_if(
        runs, [&](const Stretch& r) { return model.tasks[r.task].expression == expression; });
    Finding one{.size = scene.analysis.seconds(run.to - run.from)};
    one.what = run_text(scene, run);
    one.evidence = fmt::format("{}, e.g. {}; {} run{} of the same code took 20 ms or longer",
                               behind_text(0, after.size()),
                               with_place(model, after.front(), model.tasks[after.front()].place),
                               alike, alike > 1 ? "s" : "");
    one.next = fmt::format("stats {}", scene.path());
    found.push_back(std::move(one));
    return;
  }
}

}  // namespace weft::report
