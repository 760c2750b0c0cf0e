/// May a recording be replayed on this processor?
#pragma once

#include "weft/base/result.h"
#include "weft/trace/trace_info.h"

namespace weft::session {

/// An error (kUnsupported) if the program was told of instructions that this processor lacks: says
/// which, and how to record without them. Traces before format 3 do not say: no error.
Status check_processor(const trace::TraceInfo& recording, const std::string& trace_path);

/// The same, asked of a processor that would be shown as `here`.
Status check_processor(const trace::TraceInfo& recording, const std::string& trace_path,
                       const cpu::ShownProcessor& here);

}  // namespace weft::session
