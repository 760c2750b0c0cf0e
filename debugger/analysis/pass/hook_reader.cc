#include "debugger/analysis/pass/hook_reader.h"

#include <algorithm>

#include "weft/trace/hook.h"

namespace weft::analysis {

using trace::EventView;
using trace::HookKind;

/// By HookKind.
const HookReader::Reader HookReader::kReaders[trace::kMaxHookKind + 1] = {
    nullptr,
    &HookReader::place,
    &HookReader::task_create,
    &HookReader::task_resume,
    &HookReader::task_suspend,
    &HookReader::task_end,
    &HookReader::task_wake,
    &HookReader::task_await,
    &HookReader::task_name,
    &HookReader::operation_start,
    &HookReader::operation_complete,
    &HookReader::operation_cancel,
    &HookReader::request_begin,
    &HookReader::request_end,
    &HookReader::note,
    &HookReader::traceparent,
    &HookReader::hold,
    &HookReader::fiber_switch,
};

namespace {

/// Descriptors that are told apart; larger ones are nobody's.
constexpr int64_t kMaxFd = 1 << 20;

TaskKind task_kind(uint64_t kind) {
  return kind < static_cast<uint64_t>(TaskKind::kKernelThread) ? static_cast<TaskKind>(kind)
                                                               : TaskKind::kUnknown;
}

Wait wait_kind(uint64_t wait) {
  return wait < kWaitKinds ? static_cast<Wait>(wait) : Wait::kUnknown;
}

Outcome outcome_of(uint64_t outcome) {
  return outcome >= 1 && outcome <= 3 ? static_cast<Outcome>(outcome) : Outcome::kDone;
}

/// An operation whose end the kernel reports: to epoll_wait or its like.
bool is_reported(const Operation& operation, std::string_view name) {
  return operation.fd >= 0 || name.find("wait") != std::string_view::npos;
}

}  // namespace

void HookReader::read(const Occurrence& now, const EventView& event) {
  const uint16_t kind = event.header().call;
  ++model_.totals.hook_events;
  if (kind == 0 || kind > trace::kMaxHookKind) {
    ++model_.totals.odd_events;
    return;
  }
  if (static_cast<HookKind>(kind) != HookKind::kPlace) left_fiber_ = log_.take_left_fiber(now);
  (this->*kReaders[kind])(now, event);
}

StringIndex HookReader::text(const EventView& event, size_t which) {
  const auto effects = event.effects();
  if (which >= effects.size()) return kNone;
  const auto bytes = effects[which].bytes;
  return model_.strings.add({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

TaskIndex HookReader::current(const Occurrence& now, TaskId id) {
  const TaskIndex task = model_.find_task(id);
  log_.current_is(now, task);
  return task != kNone ? task : log_.thread(now).root;
}

PlaceIndex HookReader::place_of(uint64_t number) const {
  return number < place_numbers_.size() ? place_numbers_[number] : PlaceIndex();
}

void HookReader::place(const Occurrence& now, const EventView& event) {
  const uint64_t number = event.argument(0);
  if (number == 0 || number > now.event.value() + 1) {
    ++model_.totals.odd_events;
    return;
  }
  const Place place{text(event, 0), text(event, 1), static_cast<uint32_t>(event.argument(1)),
                    static_cast<uint32_t>(event.argument(2))};
  if (model_.places.empty()) model_.places.add({});
  auto& same_hash =
      places_by_hash_[uint64_t{place.file.value()} << 40 ^ uint64_t{place.function.value()} << 20 ^
                      uint64_t{place.line} << 8 ^ place.column];
  const auto known = std::find_if(same_hash.begin(), same_hash.end(),
                                  [&](PlaceIndex index) { return model_.places[index] == place; });
  const PlaceIndex index = known != same_hash.end() ? *known : model_.places.add(place);
  if (known == same_hash.end()) same_hash.push_back(index);
  if (number >= place_numbers_.size()) place_numbers_.resize(number + 1);
  place_numbers_[number] = index;
}

void HookReader::task_create(const Occurrence& now, const EventView& event) {
  TaskLog::Creation what;
  what.id = TaskId(event.header().result);
  what.kind = task_kind(event.argument(0));
  what.place = place_of(event.argument(2));
  what.parent = model_.find_task(TaskId(event.argument(3)));
  log_.create(now, what);
}

void HookReader::task_resume(const Occurrence& now, const EventView& event) {
  log_.resume(now, model_.find_task(TaskId(event.argument(0))), place_of(event.argument(1)),
              model_.find_task(TaskId(event.header().result)));
}

void HookReader::task_suspend(const Occurrence& now, const EventView& event) {
  log_.suspend(now, model_.find_task(TaskId(event.argument(0))), place_of(event.argument(1)),
               wait_kind(event.argument(2)), event.argument(3));
}

void HookReader::task_end(const Occurrence& now, const EventView& event) {
  const TaskIndex task = model_.find_task(TaskId(event.argument(0)));
  const OperationIndex operation = model_.tasks[task].operation;
  const bool dropped = operation != kNone && model_.operations[operation].completed == kNone;
  if (dropped) pending_.remove(operation);
  log_.end(now, task, outcome_of(event.argument(1)), text(event, 0));
}

void HookReader::task_wake(const Occurrence& now, const EventView& event) {
  const TaskIndex by = current(now, TaskId(event.argument(1)));
  log_.wake(now, model_.find_task(TaskId(event.argument(0))), by, Cause::kWake, now.time);
}

void HookReader::task_await(const Occurrence& now, const EventView& event) {
  log_.await(now, current(now, TaskId(event.argument(0))),
             model_.find_task(TaskId(event.argument(1))));
}

void HookReader::task_name(const Occurrence& now, const EventView& event) {
  const TaskIndex task = model_.find_task(TaskId(event.argument(0)));
  if (task != kNone) model_.tasks[task].name = text(event, 0);
  if (event.argument(0) != 0) return;
  // What the thread itself was started with: "NAME@ADDRESS".
  const std::string start(model_.strings[text(event, 0)]);
  const size_t address = std::min(start.rfind('@'), start.size());
  if (model_.places.empty()) model_.places.add({});
  model_.tasks[log_.thread(now).root].place = model_.places.add(
      {model_.strings.add(start.substr(address)), model_.strings.add(start.substr(0, address))});
}

void HookReader::operation_start(const Occurrence& now, const EventView& event) {
  const auto fd = static_cast<int64_t>(event.argument(3));
  Operation operation;
  operation.owner = current(now, TaskId(event.argument(0)));
  // asio::spawn starts what a fiber waits for when that has been left, on the stack it came from.
  if (left_fiber_ != kNone) operation.owner = left_fiber_;
  operation.place = place_of(event.argument(1));
  operation.object = event.argument(2);
  operation.fd = fd >= 0 && fd < kMaxFd ? static_cast<int32_t>(fd) : -1;
  operation.name = text(event, 0);
  operation.started = now.event;
  operation.started_time = now.time;
  TaskLog::Creation what;
  what.id = TaskId(event.header().result);
  what.kind = TaskKind::kHandler;
  what.parent = operation.owner;
  what.place = operation.place;
  operation.handler = log_.create(now, what);
  if (operation.handler == kNone) return;
  const OperationIndex number = model_.operations.add(operation);
  model_.tasks[operation.handler].operation = number;
  const bool posted = is_post(model_.strings[operation.name]);
  if (!posted)
    pending_.add(number);  // thousands may be queued, and nobody cancels or looks for one
  if (operation.fd >= 0) descriptors_.insert(operation.object);
  if (posted) log_.wake(now, operation.handler, operation.owner, Cause::kCreated, now.time);
}

void HookReader::operation_complete(const Occurrence& now, const EventView& event) {
  const TaskIndex handler = model_.find_task(TaskId(event.argument(0)));
  const OperationIndex number = model_.tasks[handler].operation;
  const TaskIndex by = current(now, TaskId(event.argument(3)));
  if (handler == kNone || number == kNone) {
    ++model_.totals.odd_events;
    return;
  }
  Operation& operation = model_.operations[number];
  if (operation.completed != kNone) return;
  operation.completed = now.event;
  operation.completed_time = operation.ready_time = now.time;
  operation.completed_by = by;
  operation.error = static_cast<int32_t>(event.argument(1));
  operation.bytes = event.argument(2);
  const ThreadState& thread = log_.thread(now);
  const Readiness ready = calls_.readiness(operation.fd, operation.started);
  if (is_post(model_.strings[operation.name])) {
    operation.ready_time = operation.started_time;
  } else if (ready.event != kNone) {
    operation.reported = ready.event;
    operation.ready_time = ready.time;
  } else if (is_reported(operation, model_.strings[operation.name]) && thread.last_wait != kNone &&
             thread.last_wait > operation.started) {
    operation.reported = thread.last_wait;
    operation.ready_time = thread.last_wait_time;
  }
  pending_.remove(number);
  log_.wake(now, handler, by, Cause::kOperation, operation.ready_time);
}

void HookReader::operation_cancel(const Occurrence& now, const EventView& event) {
  const TaskIndex by = current(now, TaskId(event.argument(1)));
  const StringIndex what = text(event, 0);
  if (model_.strings[what] == "emit") {
    const TaskIndex handler = model_.find_task(TaskId(event.argument(0)));
    if (handler != kNone) cancel(now, model_.tasks[handler].operation, by);
    return;
  }
  const uint64_t object = event.argument(0);
  for (const OperationIndex number : pending_.on_object(object)) cancel(now, number, by);
  if (model_.strings[what] == "close") descriptors_.erase(object);  // another may lie there next
  if (pending_.on_object(object).empty() && descriptors_.contains(object) &&
      model_.strings[what].starts_with("cancel"))
    model_.idle_cancels.add({now.time, now.event, object, by});
}

void HookReader::cancel(const Occurrence& now, OperationIndex number, TaskIndex by) {
  if (number == kNone) return;
  Operation& operation = model_.operations[number];
  if (operation.cancelled != kNone || operation.completed != kNone) return;
  operation.cancelled = now.event;
  operation.cancelled_by = by;
}

void HookReader::request_begin(const Occurrence& now, const EventView& event) {
  Request request;
  request.id = static_cast<uint32_t>(event.header().result);
  request.start = now.time;
  request.begin = now.event;
  request.task = current(now, TaskId(event.argument(0)));
  request.name = text(event, 0);
  request.traceparent = text(event, 1);
  request.kind = RequestKind::kExplicit;
  request_numbers_.emplace(request.id, requests_.size());
  requests_.push_back(request);
}

void HookReader::request_end(const Occurrence& now, const EventView& event) {
  current(now, TaskId(event.argument(2)));
  const auto known = request_numbers_.find(event.argument(0));
  if (known == request_numbers_.end() || requests_[known->second].end != kNone) {
    ++model_.totals.odd_events;
    return;
  }
  Request& request = requests_[known->second];
  request.finish = now.time;
  request.end = now.event;
  request.outcome = outcome_of(event.argument(1));
}

void HookReader::note(const Occurrence& now, const EventView& event) {
  const TaskIndex task = current(now, TaskId(event.argument(0)));
  model_.notes.add({now.event, task, text(event, 0), text(event, 1)});
}

/// Kept as a note: so the trace ID that stands in a log line finds its request.
void HookReader::traceparent(const Occurrence& now, const EventView& event) {
  const TaskIndex task = current(now, TaskId(event.argument(0)));
  model_.notes.add({now.event, task, model_.strings.add("traceparent"), text(event, 0)});
}

void HookReader::hold(const Occurrence& now, const EventView& event) {
  const uint64_t kind = event.argument(1);
  const TaskIndex task = current(now, TaskId(event.argument(2)));
  if (kind < 1 || kind > static_cast<uint64_t>(HoldKind::kPassMany)) {
    ++model_.totals.odd_events;
    return;
  }
  log_.hold(now, {event.argument(0), now.event, task, text(event, 0), static_cast<HoldKind>(kind)});
}

void HookReader::fiber_switch(const Occurrence& now, const EventView& event) {
  log_.switch_fiber(now, model_.find_task(TaskId(event.argument(0))),
                    model_.find_task(TaskId(event.argument(1))));
}

}  // namespace weft::analysis
