/// How tasks, places, times and causes are called in every report. All texts are fit for a
/// terminal: what comes from the program is escaped.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/analysis/questions/critical_path.h"
#include "replayer/inspect/index_text.h"

namespace weft::report {

using namespace analysis;  // the reports speak of nothing else

/// "412 us", "183.2 ms", "12.34 s".
std::string duration_text(double seconds);
/// "+0.512 s": since the start of the recording.
std::string start_text(double seconds);
/// The seconds of what these print, or a user types: "1.5s", "+0.250 s", "12ms", "800 us", "1.5".
std::optional<double> seconds_in(std::string_view text);

/// As the program said it, for JSON: the texts below without their escapes.
std::string task_label(const Model& model, TaskIndex task);
std::string request_label(const Model& model, RequestIndex request);
std::string outcome_label(const Model& model, RequestIndex request);

/// "load_user #41"; "thread 2".
std::string task_text(const Model& model, TaskIndex task);
/// "orders.cc:44"; empty if it is not known.
std::string place_text(const Model& model, PlaceIndex place);
/// The type of an exception, which a trace has mangled: "std::runtime_error".
std::string type_text(const Model& model, StringIndex text);
/// Any text of the trace, made fit.
std::string text_of(const Model& model, StringIndex text);

const char* kind_name(TaskKind kind);
const char* outcome_name(Outcome outcome);
const char* wait_name(Wait wait);
const char* cause_name(Cause cause);
const char* request_kind_name(RequestKind kind);

/// "GET /orders/17"; of a root task its name.
std::string request_text(const Model& model, RequestIndex request);
/// "200", "done", "unfinished".
std::string request_outcome(const Model& model, RequestIndex request);
/// How long it took; of an unfinished one: up to the end of the trace.
double request_seconds(const Analysis& analysis, RequestIndex request);

/// What an exchange asks: "SELECT ... FROM orders"; "what it sent to 127.0.0.1:7000" where that is
/// not decoded.
std::string exchange_text(const Model& model, ExchangeIndex number);

/// "waiting for SELECT ... FROM orders", "running parse", "ready, not run: load_user".
std::string share_text(const Model& model, const Share& share);
/// How an operation failed (Operation::error): "Connection refused".
std::string errno_text(int32_t error);
/// "async_read_some on fd 7".
std::string operation_text(const Model& model, OperationIndex operation);

}  // namespace weft::report

template <>
struct fmt::formatter<weft::analysis::PackedEvent> : fmt::formatter<weft::analysis::EventIndex> {};
