// A replay with probes is the same replay: same events, same end, same registers and memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>

#include "replayer/probes/exits.h"
#include "replayer/probes/functions.h"
#include "replayer/probes/probe_run.h"
#include "replayer/timeline/focus.h"
#include "tests/unit/timeline/process_state.h"
#include "tests/unit/timeline/recordings.h"

namespace weft::probes {
namespace {

using channel::ProbeHit;
using session::Outcome;
using timeline::ProcessState;

/// A recording, opened to be replayed.
struct Opened {
  std::string path;
  std::unique_ptr<trace::TraceReader> reader;
  std::unique_ptr<session::LogWindow> log;

  explicit Opened(const std::string& guest) : path(timeline::Recordings::of(guest)) {
    reader = std::make_unique<trace::TraceReader>(std::move(*trace::TraceReader::open(path)));
    log = std::move(*session::LogWindow::open(*reader));
    log->summary();  // all is decoded
  }
  std::span<const std::byte> events() const { return log->events_before(log->bytes()); }
};

struct Ended {
  Outcome outcome = Outcome::kFailed;
  uint64_t events = 0, hits = 0;
  std::set<uint32_t> hit_probes;
  size_t armed = 0;
  ProcessState state;
};

/// At the end, threads are in calls. What rcx is meanwhile depends on whether the call site could
/// be patched; the program finds its own address there when the call returns.
ProcessState without_rcx(ProcessState state) {
  for (auto& [number, registers] : state.threads)
    registers.replace(offsetof(trace::Registers, rcx), sizeof(uint64_t), sizeof(uint64_t), '\0');
  return state;
}

/// Without the stubs that weft has put beside the program: a call site under a probe has none.
ProcessState without_stubs(ProcessState state) {
  std::erase_if(state.pages, [](const auto& page) {
    const uint64_t address = page.first;
    return address - layout::kLowStubs < layout::kLowStubBytes ||
           address - layout::kProgramStart < layout::kStubArea;
  });
  return state;
}

Ended replay(const Opened& trace, const std::vector<PlacedProbe>& probes) {
  session::ReplayRequest request;
  request.runtime_path = WEFT_RUNTIME;
  auto run = ProbeRun::start(*trace.log, request);
  Ended ended;
  if (!run) return ended;
  ended.outcome = (*run)->run(probes, [&](std::span<const ProbeHit> hits) {
    ended.hits += hits.size();
    for (const ProbeHit& hit : hits) ended.hit_probes.insert(hit.probe);
  });
  ended.events = (*run)->process().channel().position;
  for (size_t i = 0; i < probes.size(); ++i)
    ended.armed += (*run)->state_of(i) == channel::ProbeState::kArmed ? 1 : 0;
  const timeline::Focus focus((*run)->release(), {trace.path, trace.log.get()});
  ended.state = without_stubs(without_rcx(ProcessState::of(focus)));
  return ended;
}

/// The beginnings and ends of all functions of files whose path ends like this.
std::vector<PlacedProbe> around_functions(const Opened& trace, const std::string& file) {
  std::vector<PlacedProbe> probes;
  for (const CodeMapping& code : code_mappings(trace.events())) {
    if (!code.mapping.path.ends_with(file)) continue;
    const Module module(code);
    for (const Function& function : module.functions()) {
      Exits exits;
      const CodeRange& part = function.parts[0];
      find_exits(function, part.low, code_bytes(code, part.low, part.high), exits);
      probes.push_back(
          {code.from, {.address = part.low, .state = {}, .word_count = 0, .words = {}}});
      for (const Exit& exit : exits.exits) {
        probes.push_back(
            {code.from,
             {.address = exit.address, .state = {}, .word_count = 1, .words = {exit.word}}});
      }
    }
  }
  std::stable_sort(probes.begin(), probes.end(),
                   [](const PlacedProbe& a, const PlacedProbe& b) { return a.from < b.from; });
  return probes;
}

class WithProbes : public testing::TestWithParam<const char*> {};

TEST_P(WithProbes, AReplayIsTheSame) {
  const Opened trace(GetParam());
  const Ended plain = replay(trace, {});
  const Ended probed = replay(trace, around_functions(trace, GetParam()));
  EXPECT_EQ(plain.outcome, Outcome::kEnded);
  EXPECT_EQ(probed.outcome, Outcome::kEnded);
  EXPECT_EQ(plain.events, trace.log->event_count());
  EXPECT_EQ(probed.events, plain.events);
  EXPECT_GT(probed.armed, 0u);
  EXPECT_GT(probed.hits, 1u);  // main, at least
  EXPECT_EQ(probed.state.difference(plain.state), "nothing");
}

/// Where the recording preempted a thread in the program's own text.
std::vector<PlacedProbe> at_preemptions(const Opened& trace) {
  std::set<uint64_t> addresses;
  for (trace::EventCursor at(trace.events()); !at.done(); at.next()) {
    if (at.event().kind() == trace::EventKind::kPreempt)
      addresses.insert(at.event().preempt().registers.rip);
  }
  std::vector<PlacedProbe> probes;
  for (const CodeMapping& code : code_mappings(trace.events())) {
    const session::ModuleMapping& mapping = code.mapping;
    for (const uint64_t address : addresses) {
      if (address < mapping.address || address >= mapping.address + mapping.length) continue;
      probes.push_back(
          {code.from, {.address = address, .state = {}, .word_count = 0, .words = {}}});
    }
  }
  return probes;
}

class AtPreemptions : public testing::TestWithParam<const char*> {};

TEST_P(AtPreemptions, TheMomentIsFoundUnderAProbe) {
  const Opened trace(GetParam());
  const std::vector<PlacedProbe> probes = at_preemptions(trace);
  ASSERT_GT(probes.size(), 0u);
  const Ended plain = replay(trace, {});
  const Ended probed = replay(trace, probes);
  EXPECT_EQ(probed.outcome, Outcome::kEnded);
  EXPECT_EQ(probed.events, trace.log->event_count());
  EXPECT_EQ(probed.hit_probes.size(), probes.size());
  EXPECT_EQ(probed.state.difference(plain.state), "nothing");
}

INSTANTIATE_TEST_SUITE_P(Guests, AtPreemptions, testing::Values("spin_loads"));
INSTANTIATE_TEST_SUITE_P(Guests, WithProbes,
                         testing::Values("mutex", "cxx_exceptions", "fibers_context", "jit_code",
                                         "segv_siglongjmp", "non_pie", "static_binary",
                                         "signal_in_cpu_loop", "vectors_across_signal", "exec_self",
                                         "thread_churn", "rdtsc"));

}  // namespace
}  // namespace weft::probes
