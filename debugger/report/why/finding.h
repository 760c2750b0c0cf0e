/// What a detector of `weft why` found: one thing that stands out, and how it can be checked.
///
/// A detector says nothing that it does not know. Each is documented in the manual with what may
/// mislead it. The tests have a story for each (tests/unit/report, or a program in
/// tests/async/said) that it reports, and a twin without the fault, about which it says nothing.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "debugger/analysis/model/thread_stand.h"
#include "debugger/analysis/questions/analysis.h"
#include "debugger/analysis/questions/request_groups.h"
#include "debugger/analysis/questions/wait_graph.h"
#include "debugger/report/text/words.h"
#include "weft/base/shell_word.h"

namespace weft::report {

/// A person notices a delay of so long.
inline constexpr double kNoticedSeconds = 0.02;

/// What comes first.
enum class Weight : uint8_t {
  kDelay,    ///< it took longer than it had to
  kUnusual,  ///< few did it otherwise than most
  kLost,     ///< something was never done
  kHang,     ///< it never goes on
  kWhole,    ///< about all of what was asked for
};

struct Finding {
  Weight weight = Weight::kDelay;
  double size = 0;         ///< among those of one weight: seconds, or a share of all
  std::string what{};      ///< one sentence, with file and line
  std::string evidence{};  ///< with counts on both sides
  std::string next{};      ///< arguments of weft: "tasks --stuck FILE"
};

/// What detectors look at.
struct Scene {
  const Analysis& analysis;
  const RequestGroups& groups;
  const std::vector<ThreadStand>& stands;       ///< at the end; empty: not known
  std::span<const FiberStand> fibers{};         ///< those that do not run then
  const struct CrowdedMoment* crowd = nullptr;  ///< when most threads waited; null: not looked at
  /// Where all threads stood before an event: costs a replay. Empty: there is none.
  std::function<std::vector<ThreadStand>(EventIndex)> look{};
  mutable std::shared_ptr<const WaitGraph> end{};  ///< graph_at_end(), once it was asked for

  const Model& model() const { return analysis.model(); }
  /// Who waits for whom at the end: made once, for all detectors.
  const WaitGraph& graph_at_end() const;
  /// The file's name as it was given, as a word of a command.
  std::string path() const { return shell_word(analysis.trace_path()); }
  std::string time(Ticks ticks) const { return duration_text(analysis.seconds(ticks)); }
};

const char* weight_name(Weight weight);
/// What all detectors found, the worst first.
std::vector<Finding> find_all(const Scene& scene);

using Detector = void (*)(const Scene& scene, std::vector<Finding>& found);

// crash.cc
void find_crash(const Scene& scene, std::vector<Finding>& found);
// hangs.cc
void find_exhausted_pool(const Scene& scene, std::vector<Finding>& found);
void find_dead_channels(const Scene& scene, std::vector<Finding>& found);
void find_cycles(const Scene& scene, std::vector<Finding>& found);
void find_idle_fibers(const Scene& scene, std::vector<Finding>& found);
void find_standstill(const Scene& scene, std::vector<Finding>& found);
void find_unfinished(const Scene& scene, std::vector<Finding>& found);
// endings.cc
void find_cancelled(const Scene& scene, std::vector<Finding>& found);
void find_failed(const Scene& scene, std::vector<Finding>& found);
void find_thrown(const Scene& scene, std::vector<Finding>& found);
void find_idle_cancels(const Scene& scene, std::vector<Finding>& found);
// delays.cc
void find_held_up(const Scene& scene, std::vector<Finding>& found);
void find_undriven(const Scene& scene, std::vector<Finding>& found);
// kept_threads.cc
void find_blocking(const Scene& scene, std::vector<Finding>& found);
void find_long_runs(const Scene& scene, std::vector<Finding>& found);
// queues.cc
void find_one_strand(const Scene& scene, std::vector<Finding>& found);
// lock_queues.cc
void find_lock_queue(const Scene& scene, std::vector<Finding>& found);
// wires.cc
void find_off_by_one(const Scene& scene, std::vector<Finding>& found);
void find_stale_connections(const Scene& scene, std::vector<Finding>& found);
void find_nagle(const Scene& scene, std::vector<Finding>& found);
// operations.cc
void find_overlapping_writes(const Scene& scene, std::vector<Finding>& found);
void find_late_cancels(const Scene& scene, std::vector<Finding>& found);
// calls.cc
void find_exhausted(const Scene& scene, std::vector<Finding>& found);
// descriptors.cc
void find_leaked_connections(const Scene& scene, std::vector<Finding>& found);
// compared.cc
void find_slow_requests(const Scene& scene, std::vector<Finding>& found);
void find_unanswered(const Scene& scene, std::vector<Finding>& found);
void find_odd_orders(const Scene& scene, std::vector<Finding>& found);

}  // namespace weft::report
