/// How tasks and places are called in the shell.
#pragma once

#include <string>

#include "debugger/analysis/questions/analysis.h"

namespace weft::shell {

/// "task 12 checkout"; "thread 2".
std::string numbered_task(const analysis::Analysis& analysis, analysis::TaskIndex task);
/// " at shop.cc:48"; empty if it is not known.
std::string place_label(const analysis::Analysis& analysis, analysis::PlaceIndex place);

}  // namespace weft::shell
