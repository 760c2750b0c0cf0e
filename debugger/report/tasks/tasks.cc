#include "debugger/report/tasks/tasks.h"

#include <vector>

#include "debugger/analysis/replayed/look_at_threads.h"
#include "debugger/report/tasks/moments.h"
#include "debugger/report/tasks/task_view.h"
#include "debugger/report/text/opening.h"

namespace weft::report {

int run_tasks(const TasksOptions& options) {
  auto analysis = Analysis::open(options.path, {.use_index = options.use_index});
  if (!analysis) return inspect::fail(analysis.error(), options.error_out);
  const Model& model = analysis->model();
  const auto moment_found = find_moment(*analysis, options.at);
  if (!moment_found) return inspect::fail(moment_found.error(), options.error_out);
  const TimedMoment moment = *moment_found;
  if (!analysis->has_async_events() && model.task_of_thread.size() < 2 && !options.stuck)
    return found_nothing(*analysis, no_async_events(*analysis), options.error_out);
  ThreadsSeen threads;
  if (options.stuck)
    threads = look_at_threads(model, options.path, options.replay, moment.event, moment.time);
  const TaskView view(*analysis, options, moment, threads.stands, threads.why_not, threads.fibers);
  put(options.json    ? tasks_json(view)
      : options.stuck ? stuck_text(view)
                      : task_list_text(view),
      options.out);
  return finish(*analysis, options.error_out);
}

}  // namespace weft::report
