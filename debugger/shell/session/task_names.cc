#include "debugger/shell/session/task_names.h"

#include <fmt/format.h>

#include "debugger/analysis/model/expressions.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {

using analysis::Analysis;

std::string numbered_task(const Analysis& analysis, analysis::TaskIndex task) {
  const analysis::Task& row = analysis.model().tasks[task];
  const std::string name = inspect::printable(analysis::task_name(analysis.model(), task));
  return row.id == kNone ? name : fmt::format("task {} {}", row.id, name);
}

std::string place_label(const Analysis& analysis, analysis::PlaceIndex place) {
  const analysis::Place& row = analysis.model().places[place];
  const std::string_view file = analysis.model().strings[row.file];
  if (file.empty()) return "";
  return fmt::format(" at {}:{}", inspect::printable(file.substr(file.rfind('/') + 1)), row.line);
}

}  // namespace weft::shell
