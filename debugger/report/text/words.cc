#include "debugger/report/text/words.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "debugger/analysis/model/ends.h"
#include "debugger/analysis/model/expressions.h"
#include "replayer/inspect/escape.h"

namespace weft::report {

using inspect::printable;

std::string duration_text(double seconds) {
  if (seconds < 0) seconds = 0;
  if (seconds < 0.9995e-3) return fmt::format("{:.0f} us", seconds * 1e6);
  if (seconds < 0.99995) return fmt::format("{:.1f} ms", seconds * 1e3);
  return fmt::format("{:.2f} s", seconds);
}

std::string start_text(double seconds) {
  return fmt::format("+{:.3f} s", seconds);
}

std::optional<double> seconds_in(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double unit_seconds = 1;
  constexpr std::pair<std::string_view, double> kUnits[] = {{"ms", 1e-3}, {"us", 1e-6}, {"s", 1}};
  for (const auto& [unit, seconds] : kUnits) {
    if (!text.ends_with(unit)) continue;
    unit_seconds = seconds;
    text.remove_suffix(unit.size());
    while (text.ends_with(' ')) text.remove_suffix(1);
    break;
  }
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || at != end) return std::nullopt;
  return number * unit_seconds;
}

std::string text_of(const Model& model, StringIndex text) {
  return printable(model.strings[text]);
}

std::string type_text(const Model& model, StringIndex text) {
  return printable(demangled_type(std::string(model.strings[text])));
}

std::string task_label(const Model& model, TaskIndex number) {
  if (number == kNone) return "no task";
  const std::string name = task_name(model, number);
  const Task& task = model.tasks[number];
  return task.id == kNone ? name : fmt::format("{} #{}", name, task.id);
}

std::string task_text(const Model& model, TaskIndex number) {
  return printable(task_label(model, number));
}

std::string place_text(const Model& model, PlaceIndex number) {
  const Place& place = model.places[number];
  if (place.line == 0) return "";
  const std::string_view file = model.strings[place.file];
  return fmt::format("{}:{}", printable(file.substr(file.rfind('/') + 1)), place.line);
}

const char* kind_name(TaskKind kind) {
  constexpr const char* kNames[kTaskKinds] = {"unknown", "coroutine", "handler",      "fiber",
                                              "thread",  "other",     "kernel-thread"};
  return kNames[static_cast<size_t>(kind) % kTaskKinds];
}

const char* outcome_name(Outcome outcome) {
  constexpr const char* kNames[] = {"unfinished", "done", "failed", "cancelled"};
  return kNames[static_cast<size_t>(outcome) % 4];
}

const char* wait_name(Wait wait) {
  constexpr const char* kNames[kWaitKinds] = {"something", "task",    "I/O",  "timer",
                                              "lock",      "channel", "turn", "start"};
  return kNames[static_cast<size_t>(wait) % kWaitKinds];
}

const char* cause_name(Cause cause) {
  constexpr const char* kNames[kCauseKinds] = {"unknown", "wake",       "operation", "child",
                                               "release", "yield",      "created",   "resumer",
                                               "switch",  "descriptor", "message"};
  return kNames[static_cast<size_t>(cause) % kCauseKinds];
}

const char* request_kind_name(RequestKind kind) {
  constexpr const char* kNames[] = {"explicit", "exchange", "root-task"};
  return kNames[static_cast<size_t>(kind) % 3];
}

std::string request_label(const Model& model, RequestIndex number) {
  const Request& request = model.requests[number];
  if (request.name != kNone) return std::string(model.strings[request.name]);
  if (request.exchange != kNone) return "(bytes)";
  return task_label(model, request.task);
}

std::string request_text(const Model& model, RequestIndex number) {
  return printable(request_label(model, number));
}

std::string outcome_label(const Model& model, RequestIndex number) {
  const Request& request = model.requests[number];
  if (request.exchange == kNone || request.end == kNone) return outcome_name(request.outcome);
  const StringIndex said = model.exchanges[request.exchange].outcome;
  return said != kNone ? std::string(model.strings[said]) : outcome_name(request.outcome);
}

std::string request_outcome(const Model& model, RequestIndex number) {
  return printable(outcome_label(model, number));
}

double request_seconds(const Analysis& analysis, RequestIndex number) {
  const Request& request = analysis.model().requests[number];
  const Ticks end = finish_of(analysis.model(), request);
  return end > request.start ? analysis.seconds(end - request.start) : 0;
}

std::string exchange_text(const Model& model, ExchangeIndex number) {
  const Exchange& exchange = model.exchanges[number];
  const std::string what = text_of(model, exchange.what);
  if (!what.empty()) return what;
  const std::string peer = text_of(model, model.connections[exchange.connection].peer);
  return peer.empty() ? "what it sent" : "what it sent to " + peer;
}

/// The tracing flag gives errors of other libraries than the system's as EIO
/// (include/weft/instrument/README.md).
std::string errno_text(int32_t error) {
  return error == EIO ? "an input/output error, or one of a library (TLS, resolver)"
                      : std::strerror(error);
}

std::string operation_text(const Model& model, OperationIndex number) {
  const Operation& operation = model.operations[number];
  std::string text = text_of(model, operation.name);
  if (operation.fd >= 0) text += fmt::format(" on fd {}", operation.fd);
  return text;
}

std::string share_text(const Model& model, const Share& share) {
  const CriticalStep& step = share.example;
  if (step.exchange != kNone) return exchange_text(model, step.exchange);
  const Task& task = model.tasks[step.task];
  const bool is_handler = task.kind == TaskKind::kHandler && !is_internal(model, step.task);
  if (step.kind != StepKind::kWaiting)
    return fmt::format("{}: {}", step_name(step.kind), printable(task_name(model, step.task)));
  const std::string name =
      printable(is_handler ? handler_function(model, task.place) : task_name(model, step.task));
  const std::string place = place_text(model, is_handler ? task.place : step.place);
  const std::string where = place.empty() ? name : fmt::format("{} at {}", name, place);
  if (step.awaited != kNone)
    return fmt::format("{} waits for {}", where, task_text(model, step.awaited));
  if (step.operation != kNone) return where + ": " + operation_text(model, step.operation);
  return fmt::format("{} waits for {}", where, wait_name(step.wait));
}

}  // namespace weft::report
