#include "debugger/analysis/pass/trace_pass.h"

#include <span>
#include <vector>

#include "debugger/analysis/model/expressions.h"
#include "debugger/analysis/pass/code_places.h"
#include "debugger/analysis/pass/collector.h"
#include "debugger/analysis/pass/exchange_tasks.h"
#include "debugger/analysis/pass/handler_outcomes.h"
#include "debugger/analysis/pass/request_builder.h"
#include "debugger/analysis/pass/untold_awaits.h"

namespace weft::analysis {
namespace {

/// Tells the collector what a replay has found out, in between the events.
class Replayed {
 public:
  Replayed(const ReplayedHooks* hooks, Model& model, Collector& collector)
      : hooks_(hooks), collector_(collector) {
    if (hooks == nullptr) return;
    if (model.places.empty()) model.places.add({});
    for (const ReplayedPlace& place : hooks->places) {
      places_.push_back(model.places.add(
          {model.strings.add(place.file), model.strings.add(place.function), place.line, 0}));
    }
  }

  /// What was before the event after `event`.
  void tell_after(EventIndex event) {
    if (hooks_ == nullptr) return;
    for (; next_ < hooks_->hooks.size() && hooks_->hooks[next_].event <= event; ++next_) {
      const ReplayedHook& hook = hooks_->hooks[next_];
      collector_.tell(hook, hook.place < places_.size() ? places_[hook.place] : PlaceIndex());
    }
  }

 private:
  const ReplayedHooks* hooks_;
  Collector& collector_;
  std::vector<PlaceIndex> places_;
  size_t next_ = 0;
};

}  // namespace

std::optional<Error> read_trace(trace::TraceReader& reader, const std::string& path, Model& model,
                                const ReplayedHooks* replayed) {
  std::optional<Error> damage;
  Collector collector(model);
  Replayed replay(replayed, model, collector);
  session::ModuleMap modules;
  std::vector<std::byte> buffer(trace::kMaxChunkRawBytes);
  for (const trace::ChunkRef& chunk : reader.chunks()) {
    if (EventIndex(chunk.first_event + chunk.event_count) > kMaxEvents) {
      damage = Error{ErrorClass::kUnsupported, path + " has more than 4 billion events",
                     "Only those before are analysed"};
      break;
    }
    const auto events = std::span(buffer).first(chunk.raw_bytes);
    if (const Status status = reader.decode(chunk, events); !status) {
      damage = status.error();
      break;
    }
    for (trace::EventCursor at(events, chunk.first_event); !at.done(); at.next()) {
      collector.add(EventIndex(at.index()), at.event());
      replay.tell_after(EventIndex(at.index()));
      modules.add(at.event());
    }
  }
  collector.finish();
  resolve_code_places(modules, model);
  build_expressions(model);
  find_handler_outcomes(model);
  add_untold_awaits(model);
  find_exchange_tasks(model, collector);
  build_requests(model, collector.explicit_requests());
  if (!damage && reader.tail_damage())
    damage = Error{ErrorClass::kBadTrace, path + ": " + *reader.tail_damage(), ""};
  return damage;
}

}  // namespace weft::analysis
