#include "debugger/report/why/lock_queues.h"

#include <fmt/format.h>
#include <sys/syscall.h>

#include <algorithm>
#include <map>

#include "debugger/analysis/replayed/thread_stands.h"
#include "debugger/report/tasks/moments.h"
#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"

namespace weft::report {

namespace {

/// Waits that together are worth a replay. (Those for one lock must come to kNoticedSeconds.)
constexpr double kWorthSeconds = 0.05;

bool waits_on_futex(const BlockedCall& call) {
  return call.call == SYS_futex && call.waited_for == kNone && call.event != kNone;
}

/// The middle of the longest time in which as many threads waited as ever.
Ticks most_crowded(const Model& model) {
  std::vector<std::pair<Ticks, int>> changes;
  for (const auto i : model.blocked_calls.numbers()) {
    const BlockedCall& call = model.blocked_calls[i];
    if (!waits_on_futex(call)) continue;
    changes.emplace_back(call.start, 1);
    changes.emplace_back(call.finish, -1);
  }
  std::ranges::sort(changes);
  int now = 0, most = 0;
  Ticks longest{}, middle{};
  for (size_t i = 0; i + 1 < changes.size(); ++i) {
    now += changes[i].second;
    const Ticks length = changes[i + 1].first - changes[i].first;
    if (now < most || (now == most && length <= longest)) continue;
    most = now;
    longest = length;
    middle = changes[i].first + length / 2;
  }
  return middle;
}

/// How long the thread's futex call lasted that it was in then.
Ticks length_of_wait(const Model& model, ThreadNumber thread, Ticks time) {
  for (const auto i : model.blocked_calls.numbers()) {
    const BlockedCall& call = model.blocked_calls[i];
    if (call.thread == thread && call.start <= time && call.finish >= time && waits_on_futex(call))
      return call.finish - call.start;
  }
  return {};
}

/// A lock that is held for a while once is no fault: a single thread has to wait again and again.
constexpr int64_t kLeastWaits = 3;

bool is_queue(const Model& model, const std::vector<const ThreadStand*>& queue) {
  if (queue.size() > 1) return true;
  return std::ranges::count_if(model.blocked_calls.numbers(), [&](auto i) {
           const BlockedCall& call = model.blocked_calls[i];
           return call.thread == queue.front()->thread && waits_on_futex(call);
         }) >= kLeastWaits;
}

}  // namespace

CrowdedMoment most_crowded_moment(const Analysis& analysis, const ReplayMeans& means) {
  const Model& model = analysis.model();
  Ticks all{};
  for (const auto i : model.blocked_calls.numbers()) {
    const BlockedCall& call = model.blocked_calls[i];
    if (waits_on_futex(call)) all += call.finish - call.start;
  }
  if (analysis.seconds(all) < kWorthSeconds || means.runtime_path.empty()) return {};
  const Ticks time = most_crowded(model);
  if (time == Ticks{}) return {};
  const auto moment = find_moment(analysis, fmt::format("{:.9f}s", analysis.seconds_at(time)));
  if (!moment) return {};
  auto stands = thread_stands(analysis.trace_path(), means.runtime_path, moment->event);
  if (!stands) return {};
  return {moment->event, time, std::move(*stands)};
}

/// Threads that waited for one mutex together, and who had it.
void find_lock_queue(const Scene& scene, std::vector<Finding>& found) {
  if (scene.crowd == nullptr) return;
  const CrowdedMoment& crowd = *scene.crowd;
  const Model& model = scene.model();
  std::map<Address, std::vector<const ThreadStand*>> queues;
  for (const ThreadStand& stand : crowd.stands) {
    const bool lock =
        stand.kind == ThreadWaitKind::kMutex || stand.kind == ThreadWaitKind::kReadWrite;
    if (lock && stand.is_blocked() && stand.owner) queues[stand.object].push_back(&stand);
  }
  for (const auto& [object, queue] : queues) {
    Ticks waits{};
    for (const ThreadStand* stand : queue)
      waits += length_of_wait(model, stand->thread, crowd.time);
    if (scene.analysis.seconds(waits) < kNoticedSeconds || !is_queue(model, queue)) continue;
    const ThreadStand& first = *queue.front();
    const auto owner = std::ranges::find(crowd.stands, *first.owner, &ThreadStand::thread);
    const std::string place = stand_place_text(first);
    const Waiting waiting{.task = model.task_of_thread[first.thread], .stand = &first};
    Finding one{.size = scene.analysis.seconds(waits)};
    one.what = fmt::format("{} thread{} waited for {}{}", queue.size(),
                           queue.size() > 1 ? "s at once" : "", thread_wait_text(model, waiting),
                           place.empty() ? "" : ", at " + place);
    one.evidence =
        fmt::format("at {}: these waits lasted {} in all",
                    start_text(scene.analysis.seconds_at(crowd.time)), scene.time(waits));
    if (owner != crowd.stands.end() && !thread_stack_text(*owner).empty())
      one.evidence += "; the owner stood in " + thread_stack_text(*owner);
    one.next = fmt::format("tasks --stuck {} --at {}", scene.path(), crowd.event);
    found.push_back(std::move(one));
  }
}

}  // namespace weft::report
