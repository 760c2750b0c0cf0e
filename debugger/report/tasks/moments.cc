#include "debugger/report/tasks/moments.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>
#include <vector>

#include "debugger/report/text/request_texts.h"
#include "replayer/inspect/escape.h"
#include "replayer/trace/event_view.h"
#include "replayer/trace/trace_reader.h"
#include "weft/trace/event.h"

namespace weft::report {

namespace {

/// The number of an event, and not a time.
bool is_whole_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Calls visit(index, header) for the events of the chunks that `wanted` chooses.
template <class Wanted, class Visit>
void visit_events(const Analysis& analysis, Wanted wanted, Visit visit) {
  auto reader = trace::TraceReader::open(analysis.trace_path());
  if (!reader) return;
  for (const trace::ChunkRef& chunk : reader->chunks()) {
    if (!wanted(chunk)) continue;
    std::vector<std::byte> events(chunk.raw_bytes);
    if (!reader->decode(chunk, events)) break;
    for (trace::EventCursor at(events, chunk.first_event); !at.done(); at.next())
      visit(EventIndex(at.index()), at.event().header());
  }
}

/// The moment before an event: when that was written, and which thread the one before it is of.
TimedMoment moment_before(const Analysis& analysis, EventIndex event) {
  const Totals& totals = analysis.model().totals;
  TimedMoment moment{event, totals.last_time, totals.last_thread};
  if (event >= analysis.total_events()) return moment;
  visit_events(
      analysis,
      [event](const trace::ChunkRef& chunk) {
        const EventIndex first(chunk.first_event);
        return event >= first && event - first <= chunk.event_count;
      },
      [&](EventIndex index, const trace::EventHeader& header) {
        if (index < event) moment.turn = ThreadNumber(header.thread);
        if (index == event) moment.time = Ticks(header.time);
      });
  return moment;
}

/// The first event that was written at `time` or later.
EventIndex event_at(const Analysis& analysis, Ticks time) {
  auto reader = trace::TraceReader::open(analysis.trace_path());
  if (!reader) return analysis.total_events();
  EventIndex before(0);  // the last chunk that begins earlier
  for (const trace::ChunkRef& chunk : reader->chunks()) {
    if (chunk.begins() <= time) before = chunk.first_event;
  }
  EventIndex found = analysis.total_events();
  visit_events(
      analysis,
      [&](const trace::ChunkRef& chunk) {
        return chunk.first_event >= before && found == analysis.total_events();
      },
      [&](EventIndex index, const trace::EventHeader& header) {
        if (Ticks(header.time) >= time && index < found) found = index;
      });
  return found;
}

}  // namespace

Result<TimedMoment> find_moment(const Analysis& analysis, const std::string& text) {
  const Model& model = analysis.model();
  const EventIndex last = analysis.total_events();
  if (text == "end") return moment_before(analysis, last);
  const std::string_view view = text;
  if (view.starts_with("request ")) {
    if (const auto request = find_request(model, view.substr(8)))
      return moment_before(analysis, model.requests[*request].begin);
    return no_such_request(analysis, view.substr(8));
  }
  if (is_whole_number(view)) {
    uint64_t number = 0;
    const auto [at, error] = std::from_chars(view.data(), view.data() + view.size(), number);
    if (error == std::errc() && number <= last.value())
      return moment_before(analysis, EventIndex(number));
  } else if (const auto seconds = seconds_in(view); seconds && *seconds >= 0) {
    const trace::TraceInfo& info = analysis.info();
    if (*seconds > info.seconds_at(model.totals.last_time)) return moment_before(analysis, last);
    return moment_before(analysis, event_at(analysis, info.start() + info.ticks(*seconds)));
  }
  return Error{
      ErrorClass::kUsage, fmt::format("--at {}: there is no such moment", inspect::printable(text)),
      fmt::format("Give an event from 0 to {}, a time (1.5s), \"request N\", or end", last)};
}

}  // namespace weft::report
