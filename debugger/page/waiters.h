/// The wait-for graph at the end of the recording, for the page: what waits for what, and cycles.
#pragma once

#include "debugger/page/json_block.h"
#include "debugger/report/tasks/task_view.h"

namespace weft::page {

/// Tasks beyond the limit are left out, except those that others wait for.
Json waiters(const report::TaskView& view, size_t limit = 3000);

}  // namespace weft::page
