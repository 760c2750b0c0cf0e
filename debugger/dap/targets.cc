// gotoTargets, goto; weft/requests, for a client that lists them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "debugger/analysis/questions/request_groups.h"
#include "debugger/dap/adapter.h"
#include "debugger/report/text/words.h"
#include "replayer/inspect/index_text.h"

namespace weft::dap {
namespace {

using analysis::RequestIndex;

constexpr size_t kShownRequests = 20;
constexpr int64_t kMostRequests = 10'000;

/// The longest first.
std::vector<RequestIndex> longest_requests(const analysis::Analysis& analysis) {
  std::vector<RequestIndex> all = analysis::served_requests(analysis.model());
  std::ranges::stable_sort(all, std::ranges::greater{}, [&analysis](RequestIndex i) {
    return report::request_seconds(analysis, i);
  });
  return all;
}

std::string label_of(const analysis::Analysis& analysis, RequestIndex request) {
  return fmt::format("request {}: {}, {}", request + 1,
                     report::request_text(analysis.model(), request),
                     report::duration_text(report::request_seconds(analysis, request)));
}

std::vector<GotoTarget> targets_for(Adapter& adapter, const std::string& path, int64_t line) {
  std::vector<GotoTarget> all;
  if (!path.empty() && line > 0) {
    const std::string place = fmt::format("{}:{}", path.substr(path.rfind('/') + 1), line);
    all.push_back({"the next time that " + place + " runs", {"advance " + place}});
    all.push_back(
        {"the last time that " + place + " ran", {"tbreak " + place, "reverse-continue"}});
  }
  for (const auto& [name, instant] : adapter.shell().bookmarks)
    all.push_back({"bookmark " + name, {"goto " + name}});
  if (const analysis::Analysis* analysis = adapter.shell().analysis()) {
    const auto longest = longest_requests(*analysis);
    for (size_t i = 0; i < std::min(longest.size(), kShownRequests); ++i)
      all.push_back(
          {label_of(*analysis, longest[i]), {fmt::format("goto request {}", longest[i] + 1)}});
  }
  all.push_back({"start of the recording", {"goto start"}});
  if (adapter.session().events().killed()) all.push_back({"crash", {"goto crash"}});
  all.push_back({"end of the recording", {"goto end"}});
  return all;
}

Result<Json> goto_targets(Adapter& adapter, const Request& request) {
  const std::string path = text_in(object_in(request.arguments, "source"), "path");
  const int64_t line = number_in(request.arguments, "line");
  Json all = Json::array();
  for (GotoTarget& target : targets_for(adapter, path, adapter.line_of_client(line))) {
    const std::string label = target.label;
    all.push_back(
        {{"id", adapter.told.targets.add(std::move(target))}, {"label", label}, {"line", line}});
  }
  return Json{{"targets", std::move(all)}};
}

Result<Json> go_to(Adapter& adapter, const Request& request) {
  const GotoTarget* target = adapter.told.targets.find(number_in(request.arguments, "targetId"));
  if (target == nullptr) return usage("there is no such target now");
  adapter.afterwards([&adapter, lines = target->commands] { adapter.move(lines, "goto"); });
  return Json::object();
}

/// The requests that the program served, the longest first.
Result<Json> requests(Adapter& adapter, const Request& request) {
  const analysis::Analysis* analysis = adapter.shell().analysis();
  if (analysis == nullptr) return usage("the recording cannot be analysed", "see weft info");
  const auto longest = longest_requests(*analysis);
  const int64_t wanted = number_in(request.arguments, "count", kMostRequests);
  const auto count = static_cast<size_t>(std::clamp<int64_t>(wanted, 0, kMostRequests));
  Json all = Json::array();
  for (size_t i = 0; i < std::min(longest.size(), count); ++i) {
    const analysis::Request& row = analysis->model().requests[longest[i]];
    all.push_back({{"number", longest[i] + 1},
                   {"what", report::request_text(analysis->model(), longest[i])},
                   {"outcome", report::request_outcome(analysis->model(), longest[i])},
                   {"startSeconds", analysis->seconds_at(row.start)},
                   {"durationSeconds", report::request_seconds(*analysis, longest[i])},
                   {"event", trace::EventIndex(row.begin).value()}});
  }
  return Json{{"requests", std::move(all)}, {"total", longest.size()}};
}

constexpr std::array kTargetsHandlers = {
    Handler{"gotoTargets", goto_targets},
    Handler{"goto", go_to},
    Handler{"weft/requests", requests},
};

}  // namespace

std::span<const Handler> target_handlers() {
  return kTargetsHandlers;
}

}  // namespace weft::dap
