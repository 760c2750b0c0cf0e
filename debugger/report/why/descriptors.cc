/// Detectors of `weft why`: connections that nobody closes.
#include <fmt/format.h>

#include <algorithm>

#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"

namespace weft::report {

namespace {

/// So many are no accident; and so many connections were opened since: it is not about to be closed.
constexpr size_t kLeastLeaked = 3;

struct Ended {
  std::vector<ConnectionIndex> left{};  ///< never closed
  size_t closed = 0;
};

/// Of the connections whose end the program was told: which it closed, and which not.
Ended ended_connections(const Model& model, bool accepted) {
  std::vector<PackedEvent> opened;
  for (const ConnectionIndex i : model.connections.numbers())
    opened.push_back(model.connections[i].opened);
  std::ranges::sort(opened);
  Ended found;
  for (const ConnectionIndex i : model.connections.numbers()) {
    const Connection& one = model.connections[i];
    if (one.accepted != accepted || one.ended == kNone) continue;
    const auto later = opened.end() - std::ranges::upper_bound(opened, one.ended);
    if (one.closed != kNone) {
      ++found.closed;
    } else if (later >= static_cast<std::ptrdiff_t>(kLeastLeaked)) {
      found.left.push_back(i);
    }
  }
  return found;
}

/// Where the call of the event was made: costs a replay. Empty: not known.
std::string place_of_call(const Scene& scene, PackedEvent event) {
  if (!scene.look || event == kNone) return "";
  const auto stands = scene.look(EventIndex(event));
  const auto caller = std::ranges::find_if(stands, &ThreadStand::has_turn);
  return caller == stands.end() ? "" : thread_stack_text(*caller);
}

}  // namespace

/// The other end closed them, the program was told, and went on without closing its own.
void find_leaked_connections(const Scene& scene, std::vector<Finding>& found) {
  const Model& model = scene.model();
  for (const bool accepted : {true, false}) {
    const Ended ended = ended_connections(model, accepted);
    if (ended.left.size() < kLeastLeaked) continue;
    const Connection& first = model.connections[ended.left.front()];
    const size_t all = ended.left.size() + ended.closed;
    Finding one{.weight = Weight::kLost,
                .size = static_cast<double>(ended.left.size()) / static_cast<double>(all)};
    one.what = fmt::format(
        "{} of {} connections that the program {} and the other end closed were never closed by "
        "it: their descriptors leak",
        ended.left.size(), all, accepted ? "accepted" : "opened");
    one.evidence = fmt::format("e.g. fd {}", first.fd);
    const std::string opened = place_of_call(scene, first.opened),
                      told = place_of_call(scene, first.ended);
    one.evidence += fmt::format(", opened at event {}{}; its end was read at event {}{}",
                                first.opened, opened.empty() ? "" : " by " + opened, first.ended,
                                told.empty() ? "" : " by " + told);
    one.next = fmt::format("events --from {} {}", first.ended, scene.path());
    found.push_back(std::move(one));
  }
}

}  // namespace weft::report
