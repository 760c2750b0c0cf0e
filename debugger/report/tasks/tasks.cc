#include "debugger/report/tasks/tasks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "debugger/report/tasks/task_view.h"
#include "debugger/report/text/opening.h"
#include "replayer/inspect/escape.h"
#include "replayer/trace/event_view.h"
#include "replayer/trace/trace_reader.h"

namespace weft::report {

namespace {

/// When the event before which the moment lies was written.
Ticks time_of(const Analysis& analysis, EventIndex event) {
  auto reader = trace::TraceReader::open(analysis.trace_path());
  if (!reader) return analysis.model().totals.last_time;
  for (const trace::ChunkRef& chunk : reader->chunks()) {
    const EventIndex first(chunk.first_event);
    if (event < first || event - first >= chunk.event_count) continue;
    std::vector<std::byte> events(chunk.raw_bytes);
    if (!reader->decode(chunk, events)) break;
    for (trace::EventCursor at(events, chunk.first_event); !at.done(); at.next()) {
      if (EventIndex(at.index()) == event) return at.event().header().time;
    }
  }
  return analysis.model().totals.last_time;
}

}  // namespace

int run_tasks(const TasksOptions& options) {
  auto analysis = Analysis::open(options.path, {.use_index = options.use_index});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  const Model& model = analysis->model();
  const EventIndex last = analysis->total_events();
  TimedMoment moment{last, model.totals.last_time};
  if (options.at != "end") {
    uint64_t number = 0;
    const char* end = options.at.data() + options.at.size();
    const auto [at, error] = std::from_chars(options.at.data(), end, number);
    moment.event = EventIndex(number);
    if (error != std::errc() || at != end || moment.event > last)
      return inspect::fail(
          {ErrorClass::kUsage,
           fmt::format("--at {}: there is no such event", inspect::printable(options.at)),
           fmt::format("Give a number from 0 to {}, or end", last)},
          options.error_out);
    if (moment.event < last) moment.time = time_of(*analysis, moment.event);
  }
  if (!analysis->has_async_events() && model.task_of_thread.size() < 2)
    return found_nothing(*analysis, no_async_events(options.path), options.error_out);
  const TaskView view(*analysis, options, moment);
  put(options.json    ? tasks_json(view)
      : options.stuck ? stuck_text(view)
                      : task_list_text(view),
      options.out);
  return finish(*analysis, options.error_out);
}

}  // namespace weft::report
