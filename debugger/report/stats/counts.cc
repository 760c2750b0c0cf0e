#include "debugger/report/stats/counts.h"

#include "debugger/analysis/questions/analysis.h"

namespace weft::report {

std::optional<inspect::AsyncCounts> count_async(const std::string& path) {
  const auto analysis = analysis::Analysis::open(path, {.read_only = true});
  if (!analysis) return std::nullopt;
  const analysis::Model& model = analysis->model();
  if (!analysis->has_async_events() && model.requests.empty()) return std::nullopt;
  inspect::AsyncCounts counts;
  for (const analysis::TaskIndex task : model.tasks.numbers())
    counts.tasks += model.tasks[task].kind != analysis::TaskKind::kKernelThread;
  counts.requests = model.requests.size();
  counts.resumes = model.totals.resumes;
  counts.unknown_causes = model.totals.unknown_causes;
  return counts;
}

}  // namespace weft::report
