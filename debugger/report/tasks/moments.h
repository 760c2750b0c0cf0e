/// Moments as a user names them: "120000" (just before that event), "1.5s", "250 ms" (that long
/// after the start of the recording), "request 41" (its beginning), "end".
#pragma once

#include <string>

#include "debugger/report/tasks/task_view.h"
#include "weft/base/result.h"

namespace weft::report {

Result<TimedMoment> find_moment(const Analysis& analysis, const std::string& text);

}  // namespace weft::report
