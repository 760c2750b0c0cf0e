/// Detectors of `weft why`: which requests differ from the others.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/model/ranking.h"
#include "debugger/report/text/request_texts.h"
#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"

namespace weft::report {

namespace {

constexpr size_t kToldDifferences = 3;
/// So many times as long as any that was answered.
constexpr double kOverdueFactor = 3;
/// The others of a few slow ones: with fewer, what they have in common is chance.
constexpr uint32_t kLeastSlow = 2, kLeastOthers = 8;

RequestIndex slowest(const Scene& scene, const std::vector<RequestIndex>& requests) {
  return *std::ranges::max_element(
      requests, {}, [&](RequestIndex i) { return request_seconds(scene.analysis, i); });
}

}  // namespace

void find_slow_requests(const Scene& scene, std::vector<Finding>& found) {
  const std::vector<RequestIndex> requests = served_requests(scene.model());
  const SlowRequests slow = find_slow(scene.analysis, scene.groups, requests, kToldDifferences);
  if (slow.slow < kLeastSlow || slow.others < kLeastOthers || slow.differences.empty() ||
      slow.chance > kMayBeChance)
    return;
  const Difference& best = slow.differences.front();
  Finding one{.size = scene.analysis.seconds(slow.threshold)};
  one.what = fmt::format("{} of {} requests took {} and more, the median {}: {}", slow.slow,
                         requests.size(), scene.time(slow.threshold), scene.time(slow.median),
                         difference_text(scene.analysis, best));
  for (const Difference& difference : slow.differences)
    one.evidence += fmt::format("{}{}: {}/{} slow, {}/{} others", one.evidence.empty() ? "" : "; ",
                                difference_text(scene.analysis, difference), difference.slow,
                                slow.slow, difference.others, slow.others);
  one.evidence += "; " + chance_text(slow);
  one.next = fmt::format("graph {} {}", scene.path(), slowest(scene, requests) + 1);
  found.push_back(std::move(one));
}

namespace {

/// Where most of the tasks of these requests that have not ended wait.
PlaceIndex last_seen(const Scene& scene, const std::vector<RequestIndex>& requests) {
  std::map<PlaceIndex, uint32_t> places;
  for (const RequestIndex request : requests) {
    for (const TaskIndex number : scene.groups.tasks(request)) {
      const Task& task = scene.model().tasks[number];
      if (task.ended != kNone || is_internal(scene.model(), number)) continue;
      const SegmentIndex last = scene.analysis.last_segment(number, kNone);
      ++places[last == kNone ? task.place : scene.model().segments[last].suspend_place];
    }
  }
  return most_common(places);
}

/// Of requests that no task works for any more: what ran last for most of them.
PlaceIndex ran_last(const Scene& scene, const std::vector<RequestIndex>& requests) {
  const Model& model = scene.model();
  std::map<PlaceIndex, uint32_t> places;
  for (const RequestIndex request : requests) {
    TaskIndex last = kNone;
    for (const TaskIndex number : scene.groups.tasks(request)) {
      const bool later =
          last == kNone || model.tasks[number].ended_time > model.tasks[last].ended_time;
      if (!is_internal(model, number) && later) last = number;
    }
    if (last != kNone) ++places[model.tasks[last].place];
  }
  return most_common(places);
}

/// Where the thread stands that read the first of them and does nothing else.
std::string thread_seen(const Scene& scene, const std::vector<RequestIndex>& requests) {
  const Model& model = scene.model();
  const TaskIndex task = model.exchanges[model.requests[requests.front()].exchange].task;
  if (task == kNone || model.tasks[task].kind != TaskKind::kKernelThread) return "";
  const auto stand =
      std::ranges::find(scene.stands, model.tasks[task].thread, &ThreadStand::thread);
  return stand == scene.stands.end() || !stand->is_blocked() ? "" : stand_place_text(*stand);
}

std::string where_seen(const Scene& scene, const std::vector<RequestIndex>& requests) {
  const std::string waits = place_text(scene.model(), last_seen(scene, requests));
  if (!waits.empty()) return ": last seen at " + waits;
  const std::string ran = place_text(scene.model(), ran_last(scene, requests));
  if (!ran.empty())
    return fmt::format(": what ran last for {} is {}", requests.size() > 1 ? "most of them" : "it",
                       ran);
  const std::string thread = thread_seen(scene, requests);
  return thread.empty() ? "" : ": the first one's thread stands at " + thread;
}

}  // namespace

/// Requests that were open at the end for three times as long as any that ended.
void find_unanswered(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  double longest = 0;
  uint32_t ended = 0;  // answered or not: their connections may have been closed
  std::vector<RequestIndex> open, overdue;
  for (const RequestIndex number : model.requests.numbers()) {
    const Request& request = model.requests[number];
    if (request.kind == RequestKind::kRootTask) continue;
    if (request.end == kNone) {
      open.push_back(number);
    } else {
      ++ended;
      longest = std::max(longest, request_seconds(scene.analysis, number));
    }
  }
  for (const RequestIndex number : open) {
    if (request_seconds(scene.analysis, number) > kOverdueFactor * longest)
      overdue.push_back(number);
  }
  if (overdue.empty() || ended < kLeastOthers) return;
  const std::string place = where_seen(scene, overdue);
  Finding one{.weight = Weight::kLost, .size = static_cast<double>(overdue.size()) / (ended + 1.0)};
  one.what =
      fmt::format("{} of {} requests never ended{}", overdue.size(), ended + open.size(), place);
  one.evidence =
      fmt::format("{} others ended, after {} at most; request {} ({}) was open for {}", ended,
                  duration_text(longest), overdue.front() + 1, request_text(model, overdue.front()),
                  duration_text(request_seconds(scene.analysis, overdue.front())));
  one.next = fmt::format("graph {} {}", scene.path(), overdue.front() + 1);
  found.push_back(std::move(one));
}

namespace {

const char* odd_text(Oddity oddity, size_t requests) {
  if (oddity == Oddity::kOmission)
    return requests > 1 ? "leave something out that the others asked"
                        : "leaves something out that the others asked";
  return requests > 1 ? "do things in another order than the others"
                      : "does things in another order than the others";
}

}  // namespace

void find_odd_orders(const Scene& scene, std::vector<Finding>& found) {
  const std::vector<RequestIndex> requests = served_requests(scene.model());
  auto odd = odd_orders(scene.analysis, scene.groups, requests);
  std::erase_if(odd, [](const OddOrder& one) { return one.usual_count < kLeastOthers; });
  if (odd.empty()) return;
  for (const Oddity oddity : {Oddity::kOrder, Oddity::kOmission}) {
    const auto first = std::ranges::find(odd, oddity, &OddOrder::oddity);
    if (first == odd.end()) continue;
    std::set<RequestIndex> all;
    for (const OddOrder& one : odd) {
      if (one.oddity == oddity) all.insert(one.request);
    }
    Finding one{.weight = Weight::kUnusual, .size = 1.0 / static_cast<double>(all.size())};
    one.what = fmt::format("{} of {} requests {}", all.size(), requests.size(),
                           odd_text(oddity, all.size()));
    one.evidence = fmt::format("request {}: {}; {} others: {}", first->request + 1,
                               order_text(scene.model(), first->order), first->usual_count,
                               order_text(scene.model(), first->usual));
    one.next = fmt::format("graph {} {}", scene.path(), first->request + 1);
    found.push_back(std::move(one));
  }
}

}  // namespace weft::report
