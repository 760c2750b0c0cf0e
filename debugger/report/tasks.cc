#include "debugger/report/tasks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "debugger/report/opening.h"
#include "debugger/report/task_view.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

namespace {

/// The time of a moment: that of the last thing that is known before it.
Ticks time_of(const Model& model, EventIndex event) {
  Ticks time = model.totals.first_time;
  const auto segment =
      partition_point(model.segments, [&](const Segment& s) { return s.resumed < event; });
  const auto task = partition_point(model.tasks, [&](const Task& t) { return t.created < event; });
  if (segment > 0) time = std::max(time, model.segments[segment - 1].start);
  if (task > 0) time = std::max(time, model.tasks[task - 1].created_time);
  for (uint32_t back = 1; back <= 64 && back <= segment; ++back) {
    const Segment& earlier = model.segments[segment - back];
    if (earlier.ended < event) time = std::max(time, earlier.finish);
  }
  return time;
}

}  // namespace

int run_tasks(const TasksOptions& options) {
  auto analysis = Analysis::open(options.path, {.use_index = options.use_index});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  const Model& model = analysis->model();
  const auto last = static_cast<EventIndex>(analysis->total_events());
  Moment moment{last, model.totals.last_time};
  if (options.at != "end") {
    const char* end = options.at.data() + options.at.size();
    const auto [at, error] = std::from_chars(options.at.data(), end, moment.event);
    if (error != std::errc() || at != end || moment.event > last)
      return inspect::fail(
          {ErrorClass::kUsage,
           fmt::format("--at {}: there is no such event", inspect::printable(options.at)),
           fmt::format("Give a number from 0 to {}, or end", last)},
          options.error_out);
    if (moment.event < last) moment.time = time_of(model, moment.event);
  }
  if (!analysis->has_async_events())
    return inspect::fail(no_async_events(options.path), options.error_out);
  const TaskView view(*analysis, options, moment);
  put(options.json    ? tasks_json(view)
      : options.stuck ? stuck_text(view)
                      : task_list_text(view),
      options.out);
  return finish(*analysis, options.error_out);
}

}  // namespace weft::report
