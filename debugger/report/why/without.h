/// `weft why FILE --without TEXT`: how long the requests would take if an answer had been there at
/// once.
#pragma once

#include <string>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/report/text/terminal.h"
#include "weft/base/result.h"

namespace weft::report {

/// `text`: what the exchanges are called ("SELECT ... FROM orders"); where none is called so, those
/// in whose names it occurs. An error if there are none.
Result<std::string> without_text(const analysis::Analysis& analysis, const std::string& text,
                                 const Screen& screen);
/// The same as a JSON object.
Result<std::string> without_json(const analysis::Analysis& analysis, const std::string& text);

}  // namespace weft::report
