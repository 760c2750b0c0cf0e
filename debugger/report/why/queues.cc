/// Detectors of `weft why`: many that go through one narrow place.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "debugger/analysis/questions/executors.h"
#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"

namespace weft::report {

namespace {

/// So many are a queue.
constexpr uint32_t kLeastQueue = 4;

/// Threads that waited, in calls of their own and for nobody's end, for most of the time that the
/// handlers ran.
uint32_t idle_threads(const Scene& scene, const ExecutorUse& use) {
  const Model& model = scene.model();
  std::map<ThreadNumber, Ticks> idle;
  for (const auto i : model.blocked_calls.numbers()) {
    const BlockedCall& call = model.blocked_calls[i];
    const bool own = model.tasks[call.task].kind == TaskKind::kKernelThread;
    if (!own || call.waited_for != kNone || call.finish <= use.first || call.start >= use.last)
      continue;
    idle[call.thread] += std::min(use.last, call.finish) - std::max(use.first, call.start);
  }
  return static_cast<uint32_t>(std::ranges::count_if(
      idle, [&](const auto& one) { return 2 * one.second > use.last - use.first; }));
}

}  // namespace

/// All of a crowd went through one strand, though there were threads for more.
void find_one_strand(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  const auto uses = executors(scene.analysis);
  uint32_t ran_handlers = 0;
  for (const ExecutorUse& use : uses) ran_handlers = std::max(ran_handlers, use.threads);
  for (const ExecutorUse& use : uses) {
    const uint32_t most = std::max(use.most_running, 1u);
    if (use.kind != ExecutorKind::kStrand || use.most_ready < kLeastQueue ||
        scene.analysis.seconds(use.ready) < kNoticedSeconds)
      continue;
    const uint32_t idle = idle_threads(scene, use);
    if (most >= ran_handlers && idle == 0) continue;
    const std::string place = place_text(model, use.place);
    Finding one{.size = scene.analysis.seconds(use.ready)};
    one.what = fmt::format("{} handlers went through one strand{}: never more than {} ran",
                           use.handlers, place.empty() ? "" : " (" + place + ")", most);
    one.evidence = fmt::format(
        "up to {} were ready at once, {} in all; they ran for {}; {} thread{} ran handlers, {} "
        "more "
        "had nothing to do",
        use.most_ready, scene.time(use.ready), scene.time(use.running), ran_handlers,
        ran_handlers > 1 ? "s" : "", idle);
    one.next = fmt::format("stats {}", scene.path());
    found.push_back(std::move(one));
    return;
  }
}

}  // namespace weft::report
