#include "debugger/analysis/pass/exchange_tasks.h"

#include <algorithm>
#include <vector>

#include "debugger/analysis/model/expressions.h"

namespace weft::analysis {

namespace {

constexpr int kMaxNesting = 64;

/// The task that a handler's operation was started for: up through handlers, to the first that is
/// not a handler.
TaskIndex behind_handlers(const Model& model, TaskIndex task) {
  TaskIndex at = task;
  for (int depth = 0; depth < kMaxNesting; ++depth) {
    const OperationIndex operation = model.tasks[at].operation;
    if (operation == kNone) break;
    at = model.operations[operation].owner;
  }
  const Task& found = model.tasks[at];
  const bool is_session = found.kind != TaskKind::kKernelThread &&
                          found.kind != TaskKind::kHandler && found.outcome == Outcome::kOpen;
  const bool was_alive = found.ended != kNone && found.kind != TaskKind::kHandler &&
                         found.kind != TaskKind::kKernelThread &&
                         found.ended > model.tasks[task].created;
  return is_session || was_alive ? at : task;
}

/// The task that waits for the task, or made it; kNone: a thread did.
TaskIndex outer_of(const Model& model, TaskIndex number) {
  const Task& task = model.tasks[number];
  const TaskIndex outer = task.awaiter != kNone ? task.awaiter : task.parent;
  return model.tasks[outer].kind == TaskKind::kKernelThread ? TaskIndex() : outer;
}

std::vector<TaskIndex> outwards(const Model& model, TaskIndex task) {
  std::vector<TaskIndex> chain;
  for (int depth = 0; task != kNone && depth < kMaxNesting; ++depth) {
    chain.push_back(task);
    task = outer_of(model, task);
  }
  return chain;
}

bool lived_through(const Task& task, EventIndex from, EventIndex to) {
  return (task.created == kNone || task.created <= from) &&
         (task.ended == kNone || task.ended > to);
}

/// The innermost task of a user's that both work for, and that lived from the question to the
/// answer; kNone: there is none.
TaskIndex common_task(const Model& model, TaskIndex reader, TaskIndex writer,
                      const Exchange& exchange) {
  const std::vector<TaskIndex> writers = outwards(model, writer);
  for (const TaskIndex task : outwards(model, reader)) {
    const Task& row = model.tasks[task];
    if (row.kind == TaskKind::kHandler || is_internal(model, task)) continue;
    if (std::ranges::find(writers, task) != writers.end() &&
        lived_through(row, exchange.first, exchange.answered))
      return task;
  }
  return kNone;
}

/// There is no answer: the task that waited for the reader, and has not ended since.
TaskIndex still_serving(const Model& model, TaskIndex reader) {
  TaskIndex task = reader;
  for (int depth = 0; depth < kMaxNesting && task != kNone; ++depth) {
    if (model.tasks[task].ended == kNone && !is_internal(model, task)) return task;
    task = model.tasks[task].awaiter;
  }
  return reader;
}

TaskIndex task_of(const Model& model, const Collector& collector, const Exchange& exchange) {
  const TaskIndex first = collector.transferred_by(exchange.first);
  if (first == kNone) return kNone;
  const TaskIndex reader = behind_handlers(model, first);
  if (!exchange.incoming) return reader;
  if (exchange.answered == kNone) return still_serving(model, reader);
  const TaskIndex answering = collector.transferred_by(exchange.answered);
  if (answering == kNone) return reader;
  const TaskIndex common = common_task(model, reader, behind_handlers(model, answering), exchange);
  return common != kNone ? common : reader;
}

}  // namespace

void find_exchange_tasks(Model& model, const Collector& collector) {
  for (const ExchangeIndex number : model.exchanges.numbers()) {
    Exchange& exchange = model.exchanges[number];
    const TaskIndex task = task_of(model, collector, exchange);
    if (task != kNone) exchange.task = task;
  }
}

}  // namespace weft::analysis
