#include "replayer/probes/probe_run.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "weft/base/futex.h"

namespace weft::probes {
namespace {

using channel::ProbeHit;
using session::Outcome;
using session::ReplayProcess;
using trace::EventIndex;

constexpr uint32_t kArea = 0;  ///< each run has a channel file of its own
/// How often hits are fetched: long before the ring is full, however dense they are.
constexpr auto kFetch = std::chrono::milliseconds(50);
/// What probes may cost, in times of a replay's usual limit.
constexpr double kSlower = 100;

}  // namespace

ProbeRun::ProbeRun(std::unique_ptr<ReplayProcess> process)
    : process_(std::move(process)), area_(&process_->channels().probe_area(kArea)) {}

Result<std::unique_ptr<ProbeRun>> ProbeRun::start(session::LogWindow& log,
                                                  session::ReplayRequest request) {
  request.stop_before = EventIndex(1);
  request.channels = nullptr;
  request.cpu_limit_seconds *= kSlower;
  auto process = ReplayProcess::spawn(log, request);
  if (!process) return process.error();
  return std::unique_ptr<ProbeRun>(new ProbeRun(std::move(*process)));
}

Outcome ProbeRun::run(std::span<const PlacedProbe> probes, const OnHits& on_hits) {
  Outcome outcome = wait(on_hits);
  process_->use_probe_area(kArea);
  uint32_t next = 0;
  while (outcome == Outcome::kParked) {
    const EventIndex here(process_->channel().position.load());
    for (; next < probes.size() && probes[next].from <= here; ++next)
      channel::probes_of(area_)[next] = probes[next].probe;
    area_->wanted.store(next, std::memory_order_release);
    session::ReplayStop stop;
    stop.before = next < probes.size() ? probes[next].from : EventIndex(kNone);
    process_->run_to(stop);
    outcome = wait(on_hits);
  }
  return outcome;
}

channel::ProbeState ProbeRun::state_of(size_t number) const {
  return number < area_->looked_at ? channel::probes_of(area_)[number].state
                                   : channel::ProbeState::kWanted;
}

Outcome ProbeRun::wait(const OnHits& on_hits) {
  while (true) {
    const auto outcome = process_->wait_for(kFetch);
    drain(on_hits);
    if (outcome) return *outcome;
  }
}

void ProbeRun::drain(const OnHits& on_hits) {
  const uint64_t head = area_->head.load(std::memory_order_acquire);
  uint64_t tail = area_->tail.load(std::memory_order_relaxed);
  while (tail != head) {
    const uint64_t at = tail % channel::kMostHits;
    const uint64_t count = std::min(head - tail, channel::kMostHits - at);
    on_hits({channel::hits_of(area_) + at, count});
    tail += count;
  }
  area_->tail.store(tail, std::memory_order_release);
  futex_signal(area_->moved);
}

}  // namespace weft::probes
