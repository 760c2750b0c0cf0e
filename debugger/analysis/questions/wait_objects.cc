#include "debugger/analysis/questions/wait_objects.h"

#include <algorithm>
#include <map>

namespace weft::analysis {

namespace {

/// Parties of one object that are told apart.
constexpr size_t kMaxParties = 64;

void add_party(std::vector<TaskIndex>& parties, TaskIndex task) {
  if (parties.size() < kMaxParties && std::ranges::find(parties, task) == parties.end())
    parties.push_back(task);
}

/// It is the last one now.
void pass(std::vector<TaskIndex>& parties, TaskIndex task) {
  std::erase(parties, task);
  if (parties.size() == kMaxParties) parties.erase(parties.begin());
  parties.push_back(task);
}

/// Any task may release: a lock may be handed over, and released by another task.
void release(std::vector<TaskIndex>& owners, TaskIndex task) {
  const auto owner = std::ranges::find(owners, task);
  if (owner != owners.end()) {
    owners.erase(owner);
  } else if (!owners.empty()) {
    owners.erase(owners.begin());
  }
}

/// Had the task to wait for the object, to come through it at the event?
bool had_to_wait(const Model& model, const Hold& hold) {
  const Task& task = model.tasks[hold.task];
  uint32_t first = 0, behind = task.segment_count;  // the segments that were resumed by then
  while (first < behind) {
    const uint32_t middle = first + (behind - first) / 2;
    const bool later = model.segments[model.segment_of(task, middle)].resumed > hold.event;
    (later ? behind : first) = later ? middle : middle + 1;
  }
  if (first < 2) return false;
  const Segment& before = model.segments[model.segment_of(task, first - 2)];
  return before.end == SegmentEnd::kSuspended && before.object == hold.object &&
         (before.wait == Wait::kLock || before.wait == Wait::kChannel);
}

void pass_many(const Model& model, const Hold& hold, WaitObject& object) {
  const bool again = std::ranges::find(object.passed, hold.task) != object.passed.end();
  object.signals = object.signals || again || (!object.many && had_to_wait(model, hold));
  object.many = true;
  pass(object.passed, hold.task);
}

void take_hold(const Model& model, const Hold& hold, WaitObject& object) {
  if (hold.name != kNone) object.name = hold.name;
  switch (hold.kind) {
    case HoldKind::kAcquire:
      return add_party(object.owners, hold.task);
    case HoldKind::kRelease:
      return release(object.owners, hold.task);
    case HoldKind::kProduce:
      return add_party(object.producers, hold.task);
    case HoldKind::kConsume:
      return add_party(object.consumers, hold.task);
    case HoldKind::kPassMany:
      return pass_many(model, hold, object);
    case HoldKind::kPass:
      return pass(object.passed, hold.task);
  }
}

}  // namespace

WaitObjects::WaitObjects(const Model& model, EventIndex moment) {
  std::map<uint64_t, WaitObject> objects;
  for (const auto i : model.holds.numbers()) {
    const Hold& hold = model.holds[i];
    if (hold.event >= moment) break;
    take_hold(model, hold, objects[hold.object]);
  }
  for (const OperationIndex i : model.operations.numbers()) {
    const Operation& operation = model.operations[i];
    if (operation.started >= moment) break;
    const std::string_view name = model.strings[operation.name];
    if (!name.starts_with("channel.") && !name.starts_with("concurrent_channel.")) continue;
    WaitObject& object = objects[operation.object];
    const bool sends = name.find("send") != std::string_view::npos;
    add_party(sends ? object.producers : object.consumers, operation.owner);
  }
  for (auto& [address, object] : objects) {
    object.address = address;
    objects_.push_back(std::move(object));
  }
}

const WaitObject* WaitObjects::find(uint64_t address) const {
  const auto at = std::ranges::lower_bound(objects_, address, {}, &WaitObject::address);
  return at != objects_.end() && at->address == address ? &*at : nullptr;
}

}  // namespace weft::analysis
