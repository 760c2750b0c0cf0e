#include "debugger/report/why/one_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/questions/critical_path.h"
#include "debugger/report/text/request_texts.h"
#include "debugger/report/text/task_texts.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

namespace {

/// Its share of the time, against the same part of the others.
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

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::map<std::string, double> parts_of(const Scene& scene, RequestIndex request) {
  std::map<std::string, double> parts;
  const auto path = critical_path(scene.analysis, scene.groups, request);
  for (const Share& share : shares_of(scene.model(), path))
    parts[share_text(scene.model(), share)] += scene.analysis.seconds(share.ticks);
  return parts;
}

/// The parts of its path that took longer than in the others.
void compare_parts(const Scene& scene, RequestIndex request,
                   const std::vector<RequestIndex>& others, std::vector<Finding>& found) {
  std::map<std::string, std::vector<double>> theirs;
  for (const RequestIndex other : others) {
    for (const auto& [text, seconds] : parts_of(scene, other)) theirs[text].push_back(seconds);
  }
  for (const auto& [text, seconds] : parts_of(scene, request)) {
    std::vector<double>& values = theirs[text];
    const size_t have = values.size();
    values.resize(others.size());  // the others spent nothing on it
    const double usual = median(values);
    const double more = seconds - usual;
    if (more < 0.05 * request_seconds(scene.analysis, request) || seconds < kFactor * usual)
      continue;
    Finding one{.size = more};
    one.what = fmt::format("{} spent on {}", duration_text(seconds), text);
    one.evidence = fmt::format("{} of {} other requests spent time on it; the median is {}", have,
                               others.size(), duration_text(usual));
    one.next = fmt::format("graph {} {}", scene.path(), request + 1);
    found.push_back(std::move(one));
  }
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
    one.evidence = task.what != kNone
                       ? type_text(model, task.what)
                       : stack_text(scene.analysis, number, scene.analysis.total_events());
    one.next = fmt::format("graph {} {}", scene.path(), request + 1);
    found.push_back(std::move(one));
  }
}

}  // namespace

Status explain_request(const Scene& scene, const std::string& number, std::vector<Finding>& found) {
  const Model& model = scene.model();
  uint32_t wanted = 0;
  const char* end = number.data() + number.size();
  const auto [at, error] = std::from_chars(number.data(), end, wanted);
  if (error != std::errc() || at != end || wanted == 0 || wanted > model.requests.size())
    return Error{ErrorClass::kUsage, "there is no request " + inspect::printable(number),
                 "weft requests " + scene.path() + " lists them"};
  const RequestIndex request(wanted - 1);
  const std::vector<RequestIndex> others = like(model, request);
  std::vector<double> durations;
  for (const RequestIndex other : others)
    durations.push_back(request_seconds(scene.analysis, other));
  if (!others.empty()) compare_parts(scene, request, others, found);
  add_endings(scene, request, found);
  const double own = request_seconds(scene.analysis, request), usual = median(durations);
  if (own > kFactor * usual && !others.empty()) {
    const auto longer = std::ranges::count_if(durations, [own](double d) { return d > own; });
    const std::string where = where_text(scene.analysis, scene.groups, request);
    Finding one{.weight = Weight::kWhole, .size = own};
    one.what = fmt::format("request {} ({}) took {}, the median of {} others is {}", wanted,
                           request_text(model, request), duration_text(own), others.size(),
                           duration_text(usual));
    one.evidence = fmt::format("{} of {} others took longer{}", longer, others.size(),
                               where.empty() ? "" : "; of its time, " + where);
    one.next = fmt::format("graph {} {}", scene.path(), wanted);
    found.push_back(std::move(one));
  }
  return {};
}

}  // namespace weft::report
