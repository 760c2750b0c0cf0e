#include "debugger/page/waiters.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "debugger/report/text/task_texts.h"
#include "replayer/inspect/escape.h"

namespace weft::page {

namespace {

const char* reason_text(WaitReason reason) {
  constexpr const char* kTexts[] = {"task", "lock", "channel", "resumed by", "lock", "its end"};
  return kTexts[static_cast<size_t>(reason) % 6];
}

class Waiters {
 public:
  Waiters(const report::TaskView& view, size_t limit)
      : view_(view), model_(view.model()), limit_(limit) {}

  Json make() {
    for (const Waiting& waiting : view_.graph().waiting()) {
      unknown_ += view_.graph().is_owner_unknown(waiting);
      if (view_.is_folded(waiting.task) && waiting.edges.empty()) {
        ++folded_;
      } else if (nodes_.size() >= limit_ && waiting.edges.empty()) {
        ++left_out_;
      } else {
        number_of(waiting.task);
      }
    }
    Json edges = Json::array();
    for (const WaitEdge& edge : view_.graph().edges()) edges.push_back(edge_json(edge));
    Json cycles = Json::array();
    for (const auto& cycle : view_.graph().cycles()) cycles.push_back(cycle);
    Json out;
    out["moment"] = view_.moment_text();
    out["nodes"] = std::move(nodes_);
    out["edges"] = std::move(edges);
    out["cycles"] = std::move(cycles);
    out["unknown_owners"] = unknown_;
    out["folded"] = folded_;
    out["left_out"] = left_out_;
    out["note"] = view_.not_replayed().empty()
                      ? ""
                      : fmt::format(
                            "Without a replay ({}), it is not known in which calls threads "
                            "are blocked, and which threads own their locks.",
                            inspect::printable(view_.not_replayed()));
    return out;
  }

 private:
  /// Its node, made if there is none.
  size_t number_of(TaskIndex task) {
    const auto [at, is_new] = numbers_.try_emplace(task, nodes_.size());
    if (is_new) nodes_.push_back(node_json(task));
    return at->second;
  }

  Json node_json(TaskIndex task) {
    const Waiting* waiting = view_.waiting_of(task);
    Json node;
    node["label"] = report::task_text(model_, task);
    node["state"] = view_.state_text(task);
    node["waits"] = waiting != nullptr;
    const ThreadStand* stand = waiting != nullptr ? waiting->stand : nullptr;
    node["place"] = waiting == nullptr ? ""
                    : stand != nullptr ? report::stand_place_text(*stand)
                                       : report::place_text(model_, waiting->place);
    node["waiting_for"] =
        waiting == nullptr ? "" : report::waiting_text(model_, view_.graph(), *waiting);
    const Ticks now = view_.moment().time;
    node["age"] = waiting == nullptr || waiting->since > now
                      ? 0.0
                      : Clock(view_.analysis()).length(now - waiting->since);
    node["stack"] = stand != nullptr
                        ? report::thread_stack_text(*stand)
                        : report::stack_text(view_.analysis(), task, view_.moment().event);
    const RequestIndex request = view_.analysis().request_of(task, view_.moment().event);
    node["request"] = request == kNone ? 0 : request.value() + 1;
    node["group"] = waiting == nullptr ? 0 : group_of(*waiting, node["stack"]);
    return node;
  }

  /// Tasks that wait at one place for one kind of thing; threads that stand at one place.
  size_t group_of(const Waiting& waiting, const std::string& stack) {
    const std::string stand = waiting.stand == nullptr ? "" : waiting.stand->through + stack;
    const Group group{model_.tasks[waiting.task].expression, waiting.place, waiting.wait,
                      waiting.state, stand};
    return groups_.try_emplace(group, groups_.size() + 1).first->second;
  }

  Json edge_json(const WaitEdge& edge) {
    return {{"from", number_of(edge.from)},
            {"to", number_of(edge.to)},
            {"reason", reason_text(edge.reason)},
            {"text", report::edge_text(model_, view_.graph(), edge)}};
  }

  using Group = std::tuple<ExpressionIndex, PlaceIndex, Wait, TaskState, std::string>;

  const report::TaskView& view_;
  const Model& model_;
  size_t limit_;
  Json nodes_ = Json::array();
  std::unordered_map<TaskIndex, size_t> numbers_;
  std::map<Group, size_t> groups_;
  size_t unknown_ = 0, folded_ = 0, left_out_ = 0;
};

}  // namespace

Json waiters(const report::TaskView& view, size_t limit) {
  return Waiters(view, limit).make();
}

}  // namespace weft::page
