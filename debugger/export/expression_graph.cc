// All expressions of a recording for Graphviz: which created which, how many tasks, how much time.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_set>
#include <vector>

#include "debugger/analysis/model/ends.h"
#include "debugger/analysis/model/expressions.h"
#include "debugger/export/exporters.h"
#include "debugger/report/text/words.h"
#include "replayer/inspect/escape.h"

namespace weft::exports {

namespace {

/// More than anybody reads; those with the most tasks.
constexpr size_t kMostExpressions = 300;

}  // namespace

void write_expression_graph(const Analysis& analysis, report::OutputFile& file) {
  const Model& model = analysis.model();
  std::map<ExpressionIndex, Ticks> lived;
  std::map<std::pair<ExpressionIndex, ExpressionIndex>, uint64_t> created;
  for (const TaskIndex i : model.tasks.numbers()) {
    const Task& task = model.tasks[i];
    if (task.expression == kNone || task.kind == TaskKind::kKernelThread) continue;
    const Ticks end = finish_of(model, task);
    lived[task.expression] += end - std::min(end, task.created_time);
    const Task& parent = model.tasks[task.parent];
    if (task.parent != kNone && parent.kind != TaskKind::kKernelThread)
      ++created[{parent.expression, task.expression}];
  }
  std::vector<ExpressionIndex> shown;
  for (const auto& [expression, ticks] : lived) shown.push_back(expression);
  std::ranges::stable_sort(shown, std::ranges::greater{},
                           [&](ExpressionIndex i) { return model.expressions[i].tasks; });
  if (shown.size() > kMostExpressions) shown.resize(kMostExpressions);
  const std::unordered_set<ExpressionIndex> in_graph(shown.begin(), shown.end());

  file.write("digraph expressions {\n  rankdir=TB;\n  node [shape=box];\n");
  for (const ExpressionIndex i : shown) {
    const Expression& expression = model.expressions[i];
    file.write(fmt::format("  e{} [label=\"{}\\n{}\\n{} tasks, {}\"{}];\n", i.value(),
                           inspect::escape(expression_name(model, i)),
                           inspect::escape(report::place_text(model, expression.place)),
                           expression.tasks, report::duration_text(analysis.seconds(lived[i])),
                           expression.internal ? ", style=dashed" : ""));
  }
  for (const auto& [pair, count] : created) {
    if (in_graph.contains(pair.first) && in_graph.contains(pair.second))
      file.write(fmt::format("  e{} -> e{} [label=\"{}\"];\n", pair.first.value(),
                             pair.second.value(), count));
  }
  if (shown.size() < lived.size())
    file.write(fmt::format("  label=\"{} expressions with fewer tasks left out\";\n",
                           lived.size() - shown.size()));
  file.write("}\n");
}

}  // namespace weft::exports
