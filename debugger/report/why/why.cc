#include "debugger/report/why/why.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "debugger/analysis/replayed/thread_stands.h"
#include "debugger/report/text/opening.h"
#include "debugger/report/why/finding.h"
#include "debugger/report/why/one_request.h"
#include "weft/trace/event.h"

namespace weft::report {

using nlohmann::ordered_json;

namespace {

constexpr size_t kTold = 5;
constexpr Detector kDetectors[] = {
    find_cycles,       find_standstill, find_unfinished, find_cancelled,  find_failed,
    find_idle_cancels, find_held_up,    find_blocking,   find_one_strand, find_slow_requests,
    find_unanswered,   find_odd_orders, find_exhausted,
};

void sort_by_weight(std::vector<Finding>& found) {
  std::ranges::stable_sort(found, std::ranges::greater{},
                           [](const Finding& f) { return std::pair(f.weight, f.size); });
}

std::string findings_text(const std::vector<Finding>& found, const Screen& screen) {
  std::string out;
  for (size_t i = 0; i < std::min(found.size(), kTold); ++i) {
    const Finding& one = found[i];
    out += wrap(screen.bold(fmt::format("{}  {}", i + 1, one.what)), screen.width, 3) + "\n" +
           wrap("   " + one.evidence, screen.width, 3) + "\n   weft " + one.next + "\n";
  }
  if (found.size() > kTold) out += fmt::format("{} more left out\n", found.size() - kTold);
  return out;
}

std::string findings_json(const std::vector<Finding>& found) {
  std::string out;
  for (const Finding& one : found) {
    const ordered_json line = {{"kind", weight_name(one.weight)},
                               {"what", one.what},
                               {"evidence", one.evidence},
                               {"next", "weft " + one.next}};
    out += line.dump(-1, ' ', true, ordered_json::error_handler_t::replace) + "\n";
  }
  return out;
}

/// Locks of threads are in no event: only a replay tells of them.
bool has_blocked_threads(const Model& model) {
  if (model.totals.last_kind != static_cast<uint8_t>(trace::EventKind::kExit)) return true;
  return std::ranges::any_of(model.blocked_calls.numbers(),
                             [&](auto i) { return model.blocked_calls[i].call == kUnknownCall; });
}

}  // namespace

const char* weight_name(Weight weight) {
  constexpr const char* kWeights[] = {"delay", "unusual", "lost", "hang", "whole"};
  return kWeights[static_cast<size_t>(weight)];
}

std::vector<Finding> find_all(const Scene& scene) {
  std::vector<Finding> found;
  for (const Detector detector : kDetectors) detector(scene, found);
  sort_by_weight(found);
  return found;
}

int run_why(const WhyOptions& options) {
  auto analysis = Analysis::open(options.path, {.use_index = options.use_index});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  const Model& model = analysis->model();
  const RequestGroups groups(model);
  std::vector<ThreadStand> stands;
  std::string note;
  if (options.request.empty() && has_blocked_threads(model)) {
    note = "--no-replay";
    if (!options.runtime_path.empty()) {
      auto replayed = thread_stands(options.path, options.runtime_path, analysis->total_events());
      if (replayed) stands = std::move(*replayed);
      note = replayed ? "" : replayed.error().message;
    }
  }
  const Scene scene{*analysis, groups, stands};
  std::vector<Finding> found;
  if (!options.request.empty()) {
    if (const Status status = explain_request(scene, options.request, found); !status)
      return inspect::fail(status.error(), options.error_out);
  } else {
    found = find_all(scene);
  }
  sort_by_weight(found);
  std::string out = options.json ? findings_json(found) : findings_text(found, options.screen);
  if (found.empty() && !options.json) out = "Nothing stands out.\n";
  if (!note.empty() && !options.json)
    out += wrap(fmt::format("Not looked at without a replay ({}): which locks threads wait for.",
                            note),
                options.screen.width, 2) +
           "\n";
  put(out, options.out);
  return finish(*analysis, options.error_out);
}

}  // namespace weft::report
