/// The lines that a program wrote, and who wrote each.
#pragma once

#include <functional>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/report/logs/log_reader.h"

namespace weft::report {

struct OwnedLine {
  const LogLine& line;
  analysis::TaskIndex task = kNone;        ///< kNone: no task ran on the thread
  analysis::RequestIndex request = kNone;  ///< that the task worked for then
};

/// All lines of the analysed trace, in the order in which they ended, as far as it is readable: what is not
/// is in Analysis::damage(). A pass over the events.
Status read_owned_lines(const analysis::Analysis& analysis,
                        const std::function<void(const OwnedLine& line)>& take);

}  // namespace weft::report
