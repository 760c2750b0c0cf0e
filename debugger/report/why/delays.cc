/// Detectors of `weft why`: what was ready and did not run, and what kept it.
#include <fmt/format.h>

#include "debugger/analysis/threads/held_up.h"
#include "debugger/analysis/threads/right_after.h"
#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"

namespace weft::report {

namespace {

/// Tasks of which it is found out by whom they were held up: the longest ones.
constexpr size_t kLookedAt = 32;

PlaceIndex place_of(const Model& model, const Segment& segment) {
  return segment.resume_place != kNone ? segment.resume_place : model.tasks[segment.task].place;
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

/// Ready for long while its thread waited in a call of its own: nobody drove the queue.
void find_undriven(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  const Ticks shortest = scene.analysis.info().ticks(kNoticedSeconds);
  for (const HeldUp& held_up : longest_held_up(model, kLookedAt, shortest)) {
    if (held_up.holder != kNone && 2 * held_up.held >= held_up.ready) continue;
    const Segment& segment = model.segments[held_up.segment];
    const Ticks idle = idle_between(model, segment.thread, segment.ready, segment.start);
    if (2 * idle < held_up.ready) continue;
    Finding one{.size = scene.analysis.seconds(held_up.ready)};
    one.what = fmt::format("{} was ready for {}, and nobody ran it",
                           with_place(model, segment.task, place_of(model, segment)),
                           scene.time(held_up.ready));
    one.evidence = fmt::format(
        "ready at {}, ran at event {}; thread {}, which ran it then, waited in calls for {} of "
        "that "
        "time{}",
        start_text(scene.analysis.seconds_at(segment.ready)), segment.resumed, segment.thread,
        scene.time(idle), alike_text(held_up));
    one.next = fmt::format("stats {}", scene.path());
    found.push_back(std::move(one));
    return;
  }
}

}  // namespace weft::report
