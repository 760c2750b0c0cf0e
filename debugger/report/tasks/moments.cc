#include "debugger/report/tasks/moments.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "replayer/inspect/escape.h"
#include "replayer/trace/event_view.h"
#include "replayer/trace/trace_reader.h"
#include "weft/trace/event.h"

namespace weft::report {

namespace {

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || at != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "1.5s", "+0.250 s", "12ms", "800 us"; nothing if it is no time.
std::optional<double> seconds_in(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  constexpr std::pair<std::string_view, double> kUnits[] = {{"ms", 1e-3}, {"us", 1e-6}, {"s", 1}};
  for (const auto& [unit, seconds] : kUnits) {
    if (!text.ends_with(unit)) continue;
    text.remove_suffix(unit.size());
    while (text.ends_with(' ')) text.remove_suffix(1);
    const auto number = number_in<double>(text);
    if (!number || !(*number >= 0)) return std::nullopt;
    return *number * seconds;
  }
  return std::nullopt;
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
        if (index == event) moment.time = header.time;
      });
  return moment;
}

/// The first event that was written at `time` or later.
EventIndex event_at(const Analysis& analysis, Ticks time) {
  auto reader = trace::TraceReader::open(analysis.trace_path());
  if (!reader) return analysis.total_events();
  const auto base = [](const trace::ChunkRef& chunk) {
    return chunk.header.base_time * trace::kTimeUnitTicks;
  };
  EventIndex before(0);  // the last chunk that begins earlier
  for (const trace::ChunkRef& chunk : reader->chunks()) {
    if (base(chunk) <= time) before = chunk.first_event;
  }
  EventIndex found = analysis.total_events();
  visit_events(
      analysis,
      [&](const trace::ChunkRef& chunk) {
        return chunk.first_event >= before && found == analysis.total_events();
      },
      [&](EventIndex index, const trace::EventHeader& header) {
        if (header.time >= time && index < found) found = index;
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
    const auto number = number_in<uint32_t>(view.substr(8));
    if (number && *number > 0 && *number <= model.requests.size())
      return moment_before(analysis, model.requests[RequestIndex(*number - 1)].begin);
    return Error{ErrorClass::kUsage,
                 fmt::format("--at {}: there is no such request", inspect::printable(text)),
                 fmt::format("weft requests {} lists them", analysis.trace_path())};
  }
  if (const auto seconds = seconds_in(view)) {
    const auto hertz = static_cast<double>(analysis.info().tsc_hz);
    const double ticks = static_cast<double>(analysis.info().start_tsc) + *seconds * hertz;
    const auto time = ticks < static_cast<double>(model.totals.last_time)
                          ? static_cast<Ticks>(ticks)
                          : model.totals.last_time;
    return moment_before(analysis, event_at(analysis, time));
  }
  const auto number = number_in<uint64_t>(view);
  if (number && *number <= last.value()) return moment_before(analysis, EventIndex(*number));
  return Error{
      ErrorClass::kUsage, fmt::format("--at {}: there is no such event", inspect::printable(text)),
      fmt::format("Give a number from 0 to {}, a time (1.5s), \"request N\", or end", last)};
}

}  // namespace weft::report
