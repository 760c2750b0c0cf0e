/// Detectors of `weft why`: connections that nobody closes.
#include <fmt/format.h>

#include <algorithm>

#include "debugger/report/text/task_texts.h"
#include "debugger/report/why/finding.h"

namespace weft::report {

namespace {

/// So many are no accident; and so many connections were opened since.
constexpr size_t kLeastLeaked = 3;
/// So much longer than any other took to be closed: it is not about to be.
constexpr uint64_t kMuchLonger = 3;

struct Ended {
  std::vector<ConnectionIndex> left{};  ///< not closed, for long
  size_t all = 0;
};

/// Of the connections whose end the program was told: which it closed, and which not.
Ended ended_connections(const Model& model, EventIndex end, bool accepted) {
  std::vector<PackedEvent> opened;
  uint64_t longest = 0;  // events from the end that was read to the close
  for (const ConnectionIndex i : model.connections.numbers()) {
    const Connection& one = model.connections[i];
    opened.push_back(one.opened);
    if (one.accepted == accepted && one.ended != kNone && one.closed != kNone)
      longest = std::max<uint64_t>(longest, EventIndex(one.closed) - EventIndex(one.ended));
  }
  std::ranges::sort(opened);
  Ended found;
  for (const ConnectionIndex i : model.connections.numbers()) {
    const Connection& one = model.connections[i];
    if (one.accepted != accepted || one.ended == kNone) continue;
    ++found.all;
    const auto later = opened.end() - std::ranges::upper_bound(opened, one.ended);
    const bool is_late = end - EventIndex(one.ended) > kMuchLonger * longest;
    if (one.closed == kNone && is_late && later >= static_cast<std::ptrdiff_t>(kLeastLeaked))
      found.left.push_back(i);
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
    const Ended ended = ended_connections(model, scene.analysis.total_events(), accepted);
    if (ended.left.size() < kLeastLeaked) continue;
    const Connection& first = model.connections[ended.left.front()];
    Finding one{.weight = Weight::kLost,
                .size = static_cast<double>(ended.left.size()) / static_cast<double>(ended.all)};
    one.what = fmt::format(
        "{} of {} connections that the program {} and the other end closed had not been closed by "
        "it when the recording ended: their descriptors seem to leak",
        ended.left.size(), ended.all, accepted ? "accepted" : "opened");
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
