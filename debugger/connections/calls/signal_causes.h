/// Where signals come from: a call of the program's own, a timer, a child, or outside.
#pragma once

#include <string_view>
#include <utility>

#include "debugger/connections/calls/tracker_state.h"

namespace weft::connections {

/// @param code  si_code of siginfo_t
/// @param sender  si_pid, where the code says that there is one
std::pair<CauseKind, Mark> signal_cause(const TrackerState& state, uint32_t number, int32_t code,
                                        int32_t sender);
/// What was read from a signalfd: struct signalfd_siginfo.
std::pair<CauseKind, Mark> signalfd_cause(const TrackerState& state, std::string_view bytes);
/// `call` came back with EINTR.
void interrupted(TrackerState& state, const CallEvent& call);

}  // namespace weft::connections
