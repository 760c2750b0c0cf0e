/// One replay of a recording from its start to its end, with probes (weft/channel/probe_area.h).
///
///   stands before event 1: probes of the program itself ─┐
///   stands after a library was mapped: its probes ───────┼─> hits, in the order in which the
///   ... runs on to the end ─────────────────────────────┘    program passed the places
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "replayer/session/replay_process.h"
#include "weft/base/result.h"
#include "weft/channel/probe_area.h"
#include "weft/trace/event_index.h"

namespace weft::probes {

/// A place to note; it is armed when the process stands before event `from`.
struct PlacedProbe {
  trace::EventIndex from{1};
  channel::Probe probe{};
};

class ProbeRun {
 public:
  using OnHits = std::function<void(std::span<const channel::ProbeHit>)>;

  /// A process at the start. `log` must outlive it.
  static Result<std::unique_ptr<ProbeRun>> start(session::LogWindow& log,
                                                 session::ReplayRequest request);

  /// Runs to the end with these probes, ascending by `from`, at most channel::kMostProbes. A hit's
  /// `probe` is a place in `probes`. Called once.
  session::Outcome run(std::span<const PlacedProbe> probes, const OnHits& on_hits);

  /// What became of a probe; after run().
  channel::ProbeState state_of(size_t number) const;

  const session::ReplayProcess& process() const { return *process_; }
  /// Gives the process away, for those who want to look at it.
  std::unique_ptr<session::ReplayProcess> release() { return std::move(process_); }

 private:
  explicit ProbeRun(std::unique_ptr<session::ReplayProcess> process);
  session::Outcome wait(const OnHits& on_hits);
  void drain(const OnHits& on_hits);

  std::unique_ptr<session::ReplayProcess> process_;
  channel::ProbeArea* area_;
};

}  // namespace weft::probes
