/// Detectors of `weft why`: asynchronous operations that meet: two writers on one stream, a cancel
/// that comes when the operation is over.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "debugger/analysis/model/expressions.h"
#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"

namespace weft::report {

namespace {

/// Of each operation, the one that its chain began with: each was started by the handler of the one
/// before (async_write sends in parts).
std::vector<OperationIndex> chains_of(const Model& model) {
  std::vector<OperationIndex> chains;
  chains.reserve(model.operations.size());
  for (const OperationIndex i : model.operations.numbers()) {
    const Operation& one = model.operations[i];
    const Task& owner = model.tasks[one.owner];
    const bool goes_on = owner.operation != kNone && owner.operation < i &&
                         model.operations[owner.operation].object == one.object &&
                         model.operations[owner.operation].name == one.name &&
                         owner.place == one.place;
    chains.push_back(goes_on ? chains[owner.operation.value()] : i);
  }
  return chains;
}

bool sends(const Model& model, const Operation& operation) {
  const std::string_view name = model.strings[operation.name];
  return name.find("async_send") != std::string_view::npos &&
         name.find("channel") == std::string_view::npos && operation.fd >= 0;
}

/// Connections by the descriptor that they got first. Datagram sockets have none: each send on one
/// is a message of its own.
class Streams {
 public:
  explicit Streams(const Model& model) : model_(model) {
    for (const ConnectionIndex i : model.connections.numbers())
      by_descriptor_[model.connections[i].fd].push_back(i);
  }

  /// Was the descriptor one at the event?
  bool has(int32_t fd, PackedEvent event) const {
    const auto at = by_descriptor_.find(fd);
    return at != by_descriptor_.end() && std::ranges::any_of(at->second, [&](ConnectionIndex i) {
             const Connection& one = model_.connections[i];
             return one.opened <= event && (one.closed == kNone || one.closed >= event);
           });
  }

 private:
  const Model& model_;
  std::map<int32_t, std::vector<ConnectionIndex>> by_descriptor_;
};

}  // namespace

/// Two writers on one stream, whose sends took turns: A, B, A. Whether A's are parts of one message
/// only the program knows: if they are, B's bytes are in it.
void find_overlapping_writes(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  struct Sending {
    std::vector<OperationIndex>
        chains{};                 ///< that sent something, in the order of their first parts
    OperationIndex last = kNone;  ///< the chain that sent last
  };
  std::map<uint64_t, Sending> all;
  const Streams streams(model);
  std::vector<OperationIndex> completed;
  for (const OperationIndex i : model.operations.numbers()) {
    const Operation& operation = model.operations[i];
    if (operation.completed != kNone && operation.bytes > 0 && sends(model, operation) &&
        streams.has(operation.fd, operation.completed))
      completed.push_back(i);
  }
  const std::vector<OperationIndex> chains = chains_of(model);
  std::ranges::sort(completed, {}, [&](OperationIndex i) { return model.operations[i].completed; });
  for (const OperationIndex i : completed) {
    const Operation& operation = model.operations[i];
    Sending& sending = all[operation.object];
    const OperationIndex chain = chains[i.value()];
    if (chain == sending.last) continue;
    const bool again = std::ranges::find(sending.chains, chain) != sending.chains.end();
    if (!again) {
      sending.chains.push_back(chain);
      if (sending.chains.size() > 16) sending.chains.erase(sending.chains.begin());
      sending.last = chain;
      continue;
    }
    const Operation &first = model.operations[chain], &other = model.operations[sending.last];
    Finding one{.weight = Weight::kLost, .size = 1};
    one.what = fmt::format("two writers at once on fd {}: {} and {}: their sends took turns",
                           operation.fd, with_place(model, first.handler, first.place),
                           with_place(model, other.handler, other.place));
    one.evidence = fmt::format(
        "the first began at event {}, the other at event {}; at event {} the first went on. If it "
        "sends one message in several parts, what the other sent is in it",
        first.started, other.started, operation.completed);
    one.next = fmt::format("events --from {} {}", first.started, scene.path());
    found.push_back(std::move(one));
    return;
  }
}

/// A cancel that came when the operation was over already: its handler runs with success.
void find_late_cancels(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  uint32_t late = 0, in_time = 0;
  OperationIndex example = kNone;
  for (const OperationIndex i : model.operations.numbers()) {
    const Operation& operation = model.operations[i];
    if (operation.cancelled == kNone || operation.completed == kNone ||
        is_internal(model, operation.handler))
      continue;
    if (operation.error != 0) {
      ++in_time;
    } else if (late++ == 0) {
      example = i;
    }
  }
  if (late == 0) return;
  const Operation& operation = model.operations[example];
  Finding one{.weight = Weight::kUnusual, .size = static_cast<double>(late) / (late + in_time)};
  one.what =
      fmt::format("{} of {} cancelled operations were over already: {} was told success", late,
                  late + in_time, with_place(model, operation.handler, operation.place));
  one.evidence = fmt::format(
      "{} cancelled at event {} by {}, its handler ran at event {} without an error",
      operation_text(model, example), operation.cancelled,
      with_place(model, operation.cancelled_by, model.tasks[operation.cancelled_by].place),
      operation.completed);
  one.next = fmt::format("events --from {} {}", operation.cancelled, scene.path());
  found.push_back(std::move(one));
}

}  // namespace weft::report
