#include "debugger/report/why/one_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/model/ranking.h"
#include "debugger/analysis/questions/critical_path.h"
#include "debugger/report/text/request_texts.h"
#include "debugger/report/text/task_texts.h"

namespace weft::report {

namespace {

/// Others that it is compared with, the first ones.
constexpr size_t kCompared = 2000;
/// Longer than so many times the median of the others stands out.
constexpr double kFactor = 2;

std::vector<RequestIndex> like(const Model& model, RequestIndex request) {
  std::vector<RequestIndex> others;
  for (const RequestIndex number : model.requests.numbers()) {
    if (number != request && model.requests[number].kind == model.requests[request].kind)
      others.push_back(number);
  }
  if (others.size() > kCompared) others.resize(kCompared);
  return others;
}

struct Part {
  double seconds = 0;
  std::string text{};  ///< as this request has it: with numbers of tasks and descriptors of its own
};
using Parts = std::map<ShareKey, Part>;

Parts parts_of(const Scene& scene, RequestIndex request) {
  Parts parts;
  const auto path = critical_path(scene.analysis, scene.groups, request);
  for (const Share& share : shares_of(scene.model(), path)) {
    Part& part = parts[share_key(scene.model(), share.example)];
    if (part.text.empty()) part.text = share_text(scene.model(), share);
    part.seconds += scene.analysis.seconds(share.ticks);
  }
  return parts;
}

/// The parts of its path that took longer than in the others.
void compare_parts(const Scene& scene, RequestIndex request,
                   const std::vector<RequestIndex>& others, std::vector<Finding>& found) {
  std::map<ShareKey, std::vector<double>> theirs;
  for (const RequestIndex other : others) {
    for (const auto& [key, part] : parts_of(scene, other)) theirs[key].push_back(part.seconds);
  }
  for (const auto& [key, part] : parts_of(scene, request)) {
    const double seconds = part.seconds;
    std::vector<double>& values = theirs[key];
    const size_t have = values.size();
    values.resize(others.size());  // the others spent nothing on it
    const double usual = percentile(values, 0.5);
    const double more = seconds - usual;
    if (more < 0.05 * request_seconds(scene.analysis, request) || seconds < kFactor * usual)
      continue;
    Finding one{.size = more};
    one.what = fmt::format("{} spent on {}", duration_text(seconds), part.text);
    one.evidence = fmt::format("{} of {} other requests spent time on it; the median is {}", have,
                               others.size(), duration_text(usual));
    one.next = fmt::format("graph {} {}", scene.path(), request + 1);
    found.push_back(std::move(one));
  }
}

/// Of a task that failed: how; of one that has not ended: where it stands.
std::string ending_text(const Scene& scene, TaskIndex number) {
  const Model& model = scene.model();
  const Task& task = model.tasks[number];
  if (task.outcome == Outcome::kOpen)
    return stack_text(scene.analysis, number, scene.analysis.total_events());
  if (task.what != kNone) return type_text(model, task.what);
  const int32_t error = model.operations[task.operation].error;
  if (task.operation != kNone && error != 0)
    return fmt::format("{}: {}", operation_text(model, task.operation), errno_text(error));
  return fmt::format("event {}; the program does not say how", task.ended);
}

void add_endings(const Scene& scene, RequestIndex request, std::vector<Finding>& found) {
  const Model& model = scene.model();
  for (const TaskIndex number : scene.groups.tasks(request)) {
    const Task& task = model.tasks[number];
    const bool lost = task.outcome == Outcome::kFailed || task.outcome == Outcome::kOpen;
    if (!lost || is_internal(model, number)) continue;
    Finding one{.weight = Weight::kLost,
                .size = scene.analysis.seconds(model.totals.last_time - task.created_time)};
    one.what = fmt::format("{} {}", with_place(model, number, task.place),
                           task.outcome == Outcome::kFailed ? "failed" : "has not ended");
    one.evidence = ending_text(scene, number);
    one.next = fmt::format("graph {} {}", scene.path(), request + 1);
    found.push_back(std::move(one));
  }
}

}  // namespace

Status explain_request(const Scene& scene, const std::string& name, std::vector<Finding>& found) {
  const Model& model = scene.model();
  const auto found_request = find_request(model, name);
  if (!found_request) return no_such_request(scene.analysis, name);
  const RequestIndex request = *found_request;
  const std::vector<RequestIndex> others = like(model, request);
  std::vector<double> durations;
  for (const RequestIndex other : others)
    durations.push_back(request_seconds(scene.analysis, other));
  if (!others.empty()) compare_parts(scene, request, others, found);
  add_endings(scene, request, found);
  const double own = request_seconds(scene.analysis, request), usual = percentile(durations, 0.5);
  if (own > kFactor * usual && !others.empty()) {
    const auto longer = std::ranges::count_if(durations, [own](double d) { return d > own; });
    const std::string where = where_text(scene.analysis, scene.groups, request);
    Finding one{.weight = Weight::kWhole, .size = own};
    one.what = fmt::format("request {} ({}) took {}, the median of {} others is {}", request + 1,
                           request_text(model, request), duration_text(own), others.size(),
                           duration_text(usual));
    one.evidence = fmt::format("{} of {} others took longer{}", longer, others.size(),
                               where.empty() ? "" : "; of its time, " + where);
    one.next = fmt::format("graph {} {}", scene.path(), request + 1);
    found.push_back(std::move(one));
  }
  return {};
}

}  // namespace weft::report
