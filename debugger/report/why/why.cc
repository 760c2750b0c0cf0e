#include "debugger/report/why/why.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "debugger/analysis/replayed/thread_stands.h"
#include "debugger/report/text/opening.h"
#include "debugger/report/why/finding.h"
#include "debugger/report/why/lock_queues.h"
#include "debugger/report/why/one_request.h"
#include "debugger/report/why/without.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

using nlohmann::ordered_json;

namespace {

constexpr size_t kTold = 5;
constexpr Detector kDetectors[] = {
    find_crash,
    find_cycles,
    find_standstill,
    find_idle_fibers,

    find_exhausted_pool,
    find_dead_channels,
    find_unfinished,
    find_cancelled,
    find_failed,
    find_thrown,
    find_idle_cancels,
    find_late_cancels,
    find_held_up,
    find_undriven,
    find_blocking,
    find_long_runs,
    find_one_strand,
    find_lock_queue,
    find_slow_requests,
    find_unanswered,
    find_odd_orders,
    find_exhausted,
    find_leaked_connections,
    find_off_by_one,
    find_nagle,
    find_stale_connections,
    find_overlapping_writes,
};

void sort_by_weight(std::vector<Finding>& found) {
  std::ranges::stable_sort(found, std::ranges::greater{},
                           [](const Finding& f) { return std::pair(f.weight, f.size); });
}

/// Where threads stand in the middle, for detectors that have found something there.
std::function<std::vector<ThreadStand>(EventIndex)> looking(const Analysis& analysis,
                                                            const WhyOptions& options) {
  if (options.replay.runtime_path.empty()) return {};
  return [&analysis, &options](EventIndex moment) {
    auto stands = thread_stands(analysis.trace_path(), options.replay.runtime_path, moment);
    return stands ? std::move(*stands) : std::vector<ThreadStand>{};
  };
}

std::string findings_text(const std::vector<Finding>& found, const WhyOptions& options) {
  const Screen& screen = options.screen;
  std::string out;
  for (size_t i = 0; i < std::min(found.size(), kTold); ++i) {
    const Finding& one = found[i];
    out += wrap(screen.bold(fmt::format("{}  {}", i + 1, one.what)), screen.width, 3) + "\n" +
           wrap("   " + one.evidence, screen.width, 3) + "\n   weft " + one.next + "\n";
  }
  if (found.size() > kTold)
    out +=
        fmt::format("{} more: weft why --json {}{}{}\n", found.size() - kTold,
                    shell_word(options.path), options.request.empty() ? "" : " ", options.request);
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

}  // namespace

const char* weight_name(Weight weight) {
  constexpr const char* kWeights[] = {"delay", "unusual", "lost", "hang", "whole"};
  return kWeights[static_cast<size_t>(weight)];
}

const WaitGraph& Scene::graph_at_end() const {
  if (end == nullptr) {
    const ThreadsAtMoment threads{model().totals.last_time, stands, fibers};
    end = std::make_shared<const WaitGraph>(analysis, analysis.total_events(), threads);
  }
  return *end;
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
  if (!options.without.empty()) {
    const auto text = options.json ? without_json(*analysis, options.without)
                                   : without_text(*analysis, options.without, options.screen);
    if (!text) return inspect::fail(text.error(), options.error_out);
    put(*text, options.out);
    return finish(*analysis, options.error_out);
  }
  const Model& model = analysis->model();
  const RequestGroups groups(model);
  ThreadsSeen threads;  // their locks are in no event
  if (options.request.empty())
    threads = look_at_threads(model, options.path, options.replay, analysis->total_events(),
                              model.totals.last_time);
  const CrowdedMoment crowd =
      options.request.empty() ? most_crowded_moment(*analysis, options.replay) : CrowdedMoment{};
  const Scene scene{*analysis,      groups, threads.stands,
                    threads.fibers, &crowd, looking(*analysis, options)};
  std::vector<Finding> found;
  if (!options.request.empty()) {
    if (const Status status = explain_request(scene, options.request, found); !status)
      return inspect::fail(status.error(), options.error_out);
  } else {
    found = find_all(scene);
  }
  sort_by_weight(found);
  std::string out = options.json ? findings_json(found) : findings_text(found, options);
  if (found.empty() && !options.json) out = "Nothing stands out.\n";
  if (!threads.why_not.empty() && !options.json)
    out += wrap(fmt::format("Without a replay ({}), it is not known which locks threads wait for.",
                            inspect::printable(threads.why_not)),
                options.screen.width, 2) +
           "\n";
  put(out, options.out);
  return finish(*analysis, options.error_out);
}

}  // namespace weft::report
