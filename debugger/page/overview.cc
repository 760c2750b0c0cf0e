#include "debugger/page/overview.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "debugger/analysis/model/ends.h"
#include "debugger/analysis/slow/background.h"
#include "debugger/analysis/slow/differences.h"
#include "debugger/report/text/request_texts.h"
#include "debugger/report/text/words.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/summary/trace_report.h"
#include "weft/base/shell_word.h"
#include "weft/base/version.h"

namespace weft::page {

namespace {

constexpr size_t kMostRequests = 100'000;
constexpr size_t kShownDifferences = 6;
/// Requests of which the path is followed, to say where the time went.
constexpr size_t kFollowed = 10'000;
constexpr size_t kMostRuns = 5'000;

class Overview {
 public:
  Overview(const Analysis& analysis, const RequestGroups& groups, const OverviewParts& parts)
      : analysis_(analysis),
        model_(analysis.model()),
        groups_(groups),
        parts_(parts),
        clock_(analysis) {}

  Json make() {
    const trace::TraceInfo& info = analysis_.info();
    const std::string& path = analysis_.trace_path();
    const auto all = served_requests(model_);
    slow_ = find_slow(analysis_, groups_, all, kShownDifferences);
    compares_roots_ = !all.empty() && model_.requests[all[0]].kind == RequestKind::kRootTask;
    Json out;
    out["format"] = 1;
    out["weft"] = kVersion;
    out["file"] = inspect::printable(path.substr(path.rfind('/') + 1));
    out["file_in_shell"] = shell_word(path);
    out["program"] = inspect::printable(info.program.substr(info.program.rfind('/') + 1));
    out["recorded"] = inspect::utc_text(info.start_wall_ns);
    out["seconds"] = analysis_.seconds_at(model_.totals.last_time);
    out["counts"] = counts();
    out["damage"] =
        analysis_.damage() ? Json(inspect::printable(analysis_.damage()->message + ".")) : Json();
    out["redacted"] = parts_.redacted;
    out["opened_request"] = parts_.opened == kNone ? Json() : Json(parts_.opened + 1);
    out["left_out"] = parts_.left_out;
    out["waits"] = names<Wait>(kWaitKinds, report::wait_name);
    out["causes"] = names<Cause>(kCauseKinds, report::cause_name);
    out["request_kinds"] = names<RequestKind>(3, report::request_kind_name);
    out["findings"] = findings();
    out["slow"] = slow_json();
    out["requests"] = requests();
    out["strings"] = strings_.json();
    return out;
  }

 private:
  template <class Kind>
  static Json names(uint8_t count, const char* (*name)(Kind)) {
    Json out = Json::array();
    for (uint8_t i = 0; i < count; ++i) out.push_back(name(static_cast<Kind>(i)));
    return out;
  }

  Json counts() const {
    const uint32_t threads = model_.task_of_thread.size();
    return {{"events", model_.totals.events},
            {"threads", threads},
            {"tasks", model_.tasks.size() - std::min(threads, model_.tasks.size())},
            {"requests", model_.requests.size()}};
  }

  Json findings() const {
    Json out = Json::array();
    for (const report::Finding& one : parts_.findings)
      out.push_back({{"kind", report::weight_name(one.weight)},
                     {"what", one.what},
                     {"evidence", one.evidence},
                     {"next", one.next}});
    return out;
  }

  Json slow_json() const {
    if (slow_.slow == 0) return {};
    Json out;
    out["slow"] = slow_.slow;
    out["others"] = slow_.others;
    out["threshold"] = clock_.length(slow_.threshold);
    out["median"] = clock_.length(slow_.median);
    out["chance"] = slow_.chance;
    out["in_common"] = Json::array();
    const Background background(model_, groups_);
    for (const Difference& difference : slow_.differences) {
      Json one = {{"text", report::difference_text(analysis_, difference)},
                  {"slow", difference.slow},
                  {"others", difference.others}};
      for (const Feature& feature : difference.features) {
        if (feature.kind != FeatureKind::kBackground) continue;
        one["name"] = report::text_of(model_, feature.text);
        one["runs"] = Json::array();
        for (const Background::Run& run : background.runs(feature.text)) {
          if (one["runs"].size() == kMostRuns) break;
          one["runs"].push_back({clock_.at(run.from), clock_.at(run.to)});
        }
      }
      out["in_common"].push_back(std::move(one));
    }
    return out;
  }

  /// Where the time went is said of the slowest.
  std::unordered_set<RequestIndex> followed() const {
    std::vector<RequestIndex> slowest = parts_.requests;
    if (slowest.size() > kFollowed) {
      std::ranges::nth_element(
          slowest, slowest.begin() + kFollowed, std::ranges::greater{},
          [this](RequestIndex i) { return length_of(model_, model_.requests[i]); });
      slowest.resize(kFollowed);
    }
    return {slowest.begin(), slowest.end()};
  }

  Json requests() {
    Json out;
    for (const char* name : {"number", "start", "duration", "what", "outcome", "where", "kind",
                             "tasks", "state", "slow", "event"})
      out[name] = Json::array();
    const auto with_where = followed();
    for (const RequestIndex i : parts_.requests) {
      const Request& request = model_.requests[i];
      const bool is_slow = slow_.slow > 0 &&
                           length_of(model_, model_.requests[i]) >= slow_.threshold &&
                           (compares_roots_ || request.kind != RequestKind::kRootTask);
      out["number"].push_back(i + 1);
      out["start"].push_back(clock_.at(request.start));
      out["duration"].push_back(clock_.length(length_of(model_, model_.requests[i])));
      out["what"].push_back(strings_.add(report::request_text(model_, i)));
      out["outcome"].push_back(strings_.add(report::request_outcome(model_, i)));
      out["where"].push_back(
          strings_.add(with_where.count(i) > 0 ? report::where_text(analysis_, groups_, i) : ""));
      out["kind"].push_back(static_cast<int>(request.kind));
      out["tasks"].push_back(request.tasks);
      out["state"].push_back(state_of(request));
      out["slow"].push_back(is_slow ? 1 : 0);
      out["event"].push_back(event_json(request.begin));
    }
    return out;
  }

  static int state_of(const Request& request) {
    if (request.end == kNone) return 3;
    return request.outcome == Outcome::kFailed ? 1 : request.outcome == Outcome::kCancelled ? 2 : 0;
  }

  const Analysis& analysis_;
  const Model& model_;
  const RequestGroups& groups_;
  const OverviewParts& parts_;
  Clock clock_;
  SlowRequests slow_;
  bool compares_roots_ = false;
  Strings strings_;
};

}  // namespace

std::vector<RequestIndex> choose_requests(const Analysis& analysis) {
  const Model& model = analysis.model();
  std::vector<RequestIndex> all;
  for (const RequestIndex i : model.requests.numbers()) all.push_back(i);
  if (all.size() <= kMostRequests) return all;
  std::vector<RequestIndex> ranked = all;
  const auto half = static_cast<ptrdiff_t>(kMostRequests / 2);
  std::ranges::nth_element(
      ranked, ranked.begin() + half, std::ranges::greater{},
      [&model](RequestIndex i) { return length_of(model, model.requests[i]); });
  std::vector<RequestIndex> chosen(ranked.begin(), ranked.begin() + half);
  std::vector<RequestIndex> others(ranked.begin() + half, ranked.end());
  std::ranges::sort(others);
  const double step = static_cast<double>(others.size()) / static_cast<double>(half);
  for (ptrdiff_t i = 0; i < half; ++i)
    chosen.push_back(others[static_cast<size_t>(static_cast<double>(i) * step)]);
  std::ranges::sort(chosen);
  return chosen;
}

Json overview(const Analysis& analysis, const RequestGroups& groups, const OverviewParts& parts) {
  return Overview(analysis, groups, parts).make();
}

}  // namespace weft::page
