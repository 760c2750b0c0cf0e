#include "debugger/coroutines/coroutine_trace.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "debugger/coroutines/coroutine_code.h"
#include "debugger/coroutines/coroutine_story.h"
#include "debugger/spans/event_times.h"
#include "debugger/spans/probe_failure.h"
#include "replayer/session/log_window.h"
#include "replayer/trace/trace_reader.h"

namespace weft::coroutines {
namespace {

using analysis::ReplayedHook;
using analysis::ReplayedHooks;
using session::LogWindow;
using trace::EventIndex;

using Indexes = std::map<uint32_t, uint64_t>;  // by place

/// Is there a place of the same coroutine with a smaller index and a later line, or the other way
/// round?
bool is_contradicted(const Code& code, const Indexes& indexes, uint32_t place, uint64_t index) {
  const Place& one = code.places[place];
  return std::any_of(indexes.begin(), indexes.end(), [&](const auto& known) {
    const Place& other = code.places[known.first];
    return other.coroutine == one.coroutine && other.line != one.line && known.second != index &&
           (other.line < one.line) != (known.second < index);
  });
}

/// The places whose lines are not to be believed.
std::set<uint32_t> doubtful_places(const Code& code, const Indexes& indexes) {
  std::set<uint32_t> doubtful;
  for (const auto& [place, index] : indexes) {
    if (code.places[place].is_guess && is_contradicted(code, indexes, place, index))
      doubtful.insert(place);
  }
  return doubtful;
}

/// First the coroutines themselves, where they begin; then the places in them.
void take_places(const Code& code, ReplayedHooks& hooks) {
  for (const Coroutine& coroutine : code.coroutines)
    hooks.places.push_back(
        {coroutine.file, coroutine.function, static_cast<uint32_t>(coroutine.line)});
  for (const Place& place : code.places)
    hooks.places.push_back(
        {place.file, code.coroutines[place.coroutine].function, static_cast<uint32_t>(place.line)});
}

void take_hooks(Story& story, const Code& code, const spans::EventTimes& times,
                ReplayedHooks& hooks) {
  const std::set<uint32_t> doubtful = doubtful_places(code, story.indexes());
  std::vector<ToldHook> told = story.finish();
  hooks.hooks.reserve(told.size());
  for (ToldHook& one : told) {
    ReplayedHook& hook = one.hook;
    hook.time = times.at({EventIndex(one.event), one.ordinal}, hook.thread).guess;
    hook.event = EventIndex(one.event - 1);
    const bool is_place =
        hook.what != ReplayedHook::What::kCreate && hook.place != analysis::kNoReplayedPlace;
    const bool is_doubtful = is_place && doubtful.contains(hook.place);
    if (is_doubtful) hook.place = analysis::kNoReplayedPlace;
    if (is_place && !is_doubtful) hook.place += static_cast<uint32_t>(code.coroutines.size());
    hooks.hooks.push_back(hook);
  }
}

}  // namespace

Result<CoroutineTrace> trace_coroutines(const std::string& trace_path,
                                        const std::string& runtime_path) {
  auto reader = trace::TraceReader::open(trace_path);
  if (!reader) return reader.error();
  auto log = LogWindow::open(*reader);
  if (!log) return log.error();
  const auto events = (*log)->events_before((*log)->bytes());
  if (const auto failure = (*log)->failure()) return *failure;
  const Code code = find_coroutines(events);
  CoroutineTrace result;
  result.coroutines = code.coroutines.size();
  result.without_layout = code.without_layout;
  result.inlined = code.inlined;
  if (code.coroutines.empty()) return result;
  session::ReplayRequest request;
  request.runtime_path = runtime_path;
  request.cpu_limit_seconds = session::cpu_limit_seconds(*reader);
  auto run = probes::ProbeRun::start(**log, request);
  if (!run) return run.error();
  Story story(code);
  spans::EventTimes times(events);
  const session::Outcome outcome =
      (*run)->run(code.probes, [&](std::span<const channel::ProbeHit> hits) {
        result.hits += hits.size();
        for (const channel::ProbeHit& hit : hits) {
          story.take(hit);
          times.count(EventIndex(hit.event), hit.ordinal);
        }
      });
  if (outcome != session::Outcome::kEnded)
    return spans::probe_failure(trace_path, **log, (*run)->process(), outcome);
  take_places(code, result.hooks);
  take_hooks(story, code, times, result.hooks);
  return result;
}

}  // namespace weft::coroutines
