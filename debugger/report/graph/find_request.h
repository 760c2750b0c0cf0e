/// Which request the user means.
#pragma once

#include <string>

#include "debugger/analysis/questions/analysis.h"
#include "weft/base/result.h"

namespace weft::report {

/// By number, or by trace ID: "41", "4bf92f3577b34da6a3ce929d0e0e4736", a whole traceparent.
Result<analysis::RequestIndex> find_request(const analysis::Analysis& analysis,
                                            const std::string& text);

}  // namespace weft::report
