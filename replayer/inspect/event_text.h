/// What an event says, in words: names of calls, arguments, errors and signals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "replayer/trace/event_view.h"

namespace weft::inspect {

/// Bytes of a buffer that are shown.
inline constexpr size_t kShownBytes = 32;

/// "syscall", "map", "data", "exec", "start", "thread", "thread-exit", "signal", "fault",
/// "preempt", "resume", "exit", "killed", "unusual".
const char* kind_name(trace::EventKind kind);
std::optional<trace::EventKind> kind_by_name(std::string_view name);

/// "read"; "call 999" for a number that the table doesn't know.
std::string call_name(uint16_t number);
std::optional<uint16_t> call_by_name(std::string_view name);

/// "SIGTERM", "SIGRTMIN+3"; the number if there is no such signal.
std::string signal_name(int64_t number);
/// "EAGAIN"; empty if `result` is not the error of a call.
std::string error_name(int64_t result);

/// One argument of a call as the system-call table describes it: "7", "0x1000", "0644",
/// "FUTEX_WAIT".
std::string argument_text(const trace::EventView& event, unsigned index);

/// The whole event, like strace: "read(7, 0x1000 "PING\r\n", 16384) = 6", "thread begins". Nothing
/// in it acts on a terminal.
std::string event_text(const trace::EventView& event);

}  // namespace weft::inspect
