// Folded stacks, as flamegraph.pl, speedscope and inferno read them: "session;respond;[waiting] 41000".
// A stack is an expression, what created it, and so on; its last frame is what its tasks did in that
// time; the number is microseconds, added up over all tasks. Tasks that wait at the same time count
// each: the sum is time of tasks, not of the clock.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "debugger/analysis/model/expressions.h"
#include "debugger/export/exporters.h"
#include "replayer/inspect/escape.h"

namespace weft::exports {

namespace {

constexpr uint32_t kDeepest = 200;

/// Stacks as a tree: a node is an expression below another node.
class Stacks {
 public:
  explicit Stacks(const Analysis& analysis)
      : analysis_(analysis), model_(analysis.model()), node_of_(model_.tasks.size(), kUnknown) {
    nodes_.emplace_back();
  }

  void add(TaskIndex task) {
    Node& node = nodes_[node_of(task)];
    const TaskTimes times = analysis_.times(task);
    node.running += times.running;
    node.blocked += times.blocked;
    node.ready += times.ready;
    node.waiting += times.waiting;
  }

  void write(report::OutputFile& file) const {
    for (size_t i = 1; i < nodes_.size(); ++i) {
      const std::string stack = text_of(i);
      put(file, stack, "running", nodes_[i].running);
      put(file, stack, "blocked", nodes_[i].blocked);
      put(file, stack, "ready", nodes_[i].ready);
      put(file, stack, "waiting", nodes_[i].waiting);
    }
  }

 private:
  struct Node {
    size_t above = 0;
    uint32_t depth = 0;
    ExpressionIndex expression = kNone;
    Ticks running, blocked, ready, waiting;
  };
  static constexpr size_t kUnknown = SIZE_MAX;

  /// What created what, from the outermost on; each task is looked at once.
  size_t node_of(TaskIndex task) {
    std::vector<TaskIndex> chain;
    TaskIndex at = task;
    for (; at != kNone && chain.size() < kDeepest; at = model_.tasks[at].parent) {
      if (model_.tasks[at].kind == TaskKind::kKernelThread || node_of_[at.value()] != kUnknown)
        break;
      chain.push_back(at);
    }
    size_t node = at != kNone && node_of_[at.value()] != kUnknown ? node_of_[at.value()] : 0;
    for (auto i = chain.rbegin(); i != chain.rend(); ++i) {
      node = child(node, model_.tasks[*i].expression);
      node_of_[i->value()] = node;
    }
    return node;
  }

  size_t child(size_t above, ExpressionIndex expression) {
    if (nodes_[above].depth >= kDeepest) return above;
    const auto [at, is_new] = children_.try_emplace({above, expression}, nodes_.size());
    if (is_new) nodes_.push_back({above, nodes_[above].depth + 1, expression, {}, {}, {}, {}});
    return at->second;
  }

  std::string text_of(size_t node) const {
    std::vector<std::string> names;
    for (; node != 0; node = nodes_[node].above)
      names.push_back(inspect::printable(expression_name(model_, nodes_[node].expression)));
    std::string text;
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      std::ranges::replace(*name, ';', ':');
      text += *name + ";";
    }
    return text;
  }

  void put(report::OutputFile& file, const std::string& stack, const char* state,
           Ticks ticks) const {
    const auto micros = std::llround(analysis_.seconds(ticks) * 1e6);
    if (micros > 0) file.write(fmt::format("{}[{}] {}\n", stack, state, micros));
  }

  const Analysis& analysis_;
  const Model& model_;
  std::vector<Node> nodes_;
  std::map<std::pair<size_t, ExpressionIndex>, size_t> children_;
  std::vector<size_t> node_of_;
};

}  // namespace

void write_folded_stacks(const Analysis& analysis, RequestIndex request, report::OutputFile& file) {
  const Model& model = analysis.model();
  Stacks stacks(analysis);
  for (const TaskIndex task : model.tasks.numbers()) {
    if (model.tasks[task].kind == TaskKind::kKernelThread) continue;
    if (request == kNone || model.tasks[task].request == request) stacks.add(task);
  }
  stacks.write(file);
}

}  // namespace weft::exports
