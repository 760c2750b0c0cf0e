/// How operations of callback programs ended: their handlers are told an error, and run all the
/// same. Such a handler's task is cancelled or failed, as its operation was.
#pragma once

#include "debugger/analysis/model/model.h"

namespace weft::analysis {

/// Handlers of the program's own only: in a library's, it is for the coroutine or the fiber that
/// waits to say how it ended.
void find_handler_outcomes(Model& model);

}  // namespace weft::analysis
