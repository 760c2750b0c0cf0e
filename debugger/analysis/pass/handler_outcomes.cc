#include "debugger/analysis/pass/handler_outcomes.h"

#include <cerrno>

#include "debugger/analysis/model/expressions.h"

namespace weft::analysis {

void find_handler_outcomes(Model& model) {
  for (const TaskIndex number : model.tasks.numbers()) {
    Task& task = model.tasks[number];
    if (task.operation == kNone || task.outcome != Outcome::kDone || is_internal(model, number))
      continue;
    const int32_t error = model.operations[task.operation].error;
    if (error == ECANCELED) task.outcome = Outcome::kCancelled;
    if (error != 0 && error != ECANCELED) task.outcome = Outcome::kFailed;
  }
}

}  // namespace weft::analysis
