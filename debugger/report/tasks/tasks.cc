#include "debugger/report/tasks/tasks.h"

#include <vector>

#include "debugger/analysis/replayed/thread_stands.h"
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
  std::vector<ThreadStand> stands;
  std::string not_known;
  if (options.stuck && asks_for_replay(model, moment)) {
    not_known = "--no-replay";
    if (!options.runtime_path.empty()) {
      auto found = thread_stands(options.path, options.runtime_path, moment.event);
      if (found) stands = std::move(*found);
      not_known = found ? "" : found.error().message;
    }
  }
  const TaskView view(*analysis, options, moment, stands, not_known);
  put(options.json    ? tasks_json(view)
      : options.stuck ? stuck_text(view)
                      : task_list_text(view),
      options.out);
  return finish(*analysis, options.error_out);
}

}  // namespace weft::report
