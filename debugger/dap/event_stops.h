/// Event breakpoints as the "exception breakpoints" of the protocol: switches in the client, each with a
/// condition that may narrow it.
#pragma once

#include <string>

#include "debugger/dap/dap_message.h"

namespace weft::dap {

/// For the capabilities of the adapter.
Json event_stop_filters();

/// The filter of events that a switch and its condition stand for: "(signal || fault) && (task ~ x)".
Result<std::string> event_filter_text(const std::string& filter, const std::string& condition);

}  // namespace weft::dap
