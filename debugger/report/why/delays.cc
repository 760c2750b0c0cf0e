/// Detectors of `weft why`: what was ready and did not run, and what kept it.
#include <fmt/format.h>

#include <algorithm>

#include "debugger/analysis/questions/executors.h"
#include "debugger/analysis/questions/held_up.h"
#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"

namespace weft::report {

namespace {

/// What a person notices.
constexpr double kNoticedSeconds = 0.02;
/// Calls for which the tasks that were ready meanwhile are counted, and tasks that were held up:
/// the longest ones.
constexpr size_t kLookedAt = 32;
/// So many are a queue.
constexpr uint32_t kLeastQueue = 4;

bool is_long(const Scene& scene, Ticks ticks) {
  return scene.analysis.seconds(ticks) >= kNoticedSeconds;
}

constexpr size_t kToldHeldUp = 3;

}  // namespace

/// A task had the thread while others were ready for it.
void find_held_up(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  const Ticks shortest = scene.analysis.info().ticks(kNoticedSeconds);
  size_t told = 0;
  for (const HeldUp& held_up : longest_held_up(model, kLookedAt, shortest)) {
    if (told == kToldHeldUp) return;
    if (held_up.holder == kNone || 2 * held_up.held < held_up.ready) continue;
    if (model.tasks[held_up.holder].kind == TaskKind::kKernelThread) continue;
    ++told;
    const Segment& segment = model.segments[held_up.segment];
    Finding one{.size = scene.analysis.seconds(held_up.ready)};
    one.what = fmt::format("{} kept its thread for {}, and others that were ready waited",
                           with_place(model, held_up.holder, model.tasks[held_up.holder].place),
                           scene.time(held_up.held));
    one.evidence = fmt::format("{} was ready at {} and ran {} later (event {}){}",
                               with_place(model, segment.task, segment.resume_place),
                               start_text(scene.analysis.seconds_at(segment.ready)),
                               scene.time(held_up.ready), segment.resumed, alike_text(held_up));
    one.next = fmt::format("stats {}", scene.path());
    found.push_back(std::move(one));
  }
}

/// A call inside a task kept its thread waiting, and tasks were ready for that thread.
void find_blocking(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  std::vector<const BlockedCall*> calls;
  for (const auto i : model.blocked_calls.numbers()) {
    const BlockedCall& call = model.blocked_calls[i];
    if (model.tasks[call.task].kind != TaskKind::kKernelThread &&
        is_long(scene, call.finish - call.start))
      calls.push_back(&call);
  }
  std::ranges::stable_sort(calls, std::ranges::greater{},
                           [](const BlockedCall* call) { return call->finish - call->start; });
  for (size_t i = 0; i < std::min(calls.size(), kLookedAt); ++i) {
    const BlockedCall& call = *calls[i];
    const uint32_t behind = ready_behind(model, call);
    if (behind == 0) continue;
    Finding one{.size = scene.analysis.seconds(call.finish - call.start)};
    one.what = fmt::format("{} blocked thread {} for {} inside {}", blocking_text(model, call),
                           call.thread, scene.time(call.finish - call.start),
                           caller_text(scene.analysis, call));
    one.evidence =
        fmt::format("{} task{} ready meanwhile; {} call{} inside tasks took as long or longer",
                    behind, behind > 1 ? "s were" : " was", i + 1, i > 0 ? "s" : "");
    one.next = fmt::format("stats {}", scene.path());
    found.push_back(std::move(one));
    return;
  }
}

/// All of a crowd went through one strand, though there were threads for more.
void find_one_strand(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  const auto uses = executors(scene.analysis);
  uint32_t threads = 0;
  for (const ExecutorUse& use : uses) threads = std::max(threads, use.threads);
  for (const ExecutorUse& use : uses) {
    if (use.kind != ExecutorKind::kStrand || std::max(use.most_running, 1u) >= threads ||
        use.most_ready < kLeastQueue || !is_long(scene, use.ready))
      continue;
    const std::string place = place_text(model, use.place);
    Finding one{.size = scene.analysis.seconds(use.ready)};
    one.what =
        fmt::format("{} handlers went through one strand{}: never more than {} ran", use.handlers,
                    place.empty() ? "" : " (" + place + ")", std::max(use.most_running, 1u));
    one.evidence = fmt::format(
        "up to {} were ready at once, {} in all; they ran for {}; {} threads ran handlers",
        use.most_ready, scene.time(use.ready), scene.time(use.running), threads);
    one.next = fmt::format("stats {}", scene.path());
    found.push_back(std::move(one));
    return;
  }
}

}  // namespace weft::report
