// initialize, launch, configurationDone, restart, terminate, disconnect, cancel, source.
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <sstream>

#include "debugger/dap/adapter.h"
#include "debugger/dap/event_stops.h"
#include "debugger/dap/progress.h"
#include "replayer/inspect/escape.h"

namespace weft::dap {
namespace {

constexpr off_t kLargestSource = 16 << 20;

Result<Json> initialize(Adapter& adapter, const Request& request) {
  const Json& arguments = request.arguments;
  adapter.reports_progress = flag_in(arguments, "supportsProgressReporting");
  adapter.begins_at_one =
      !arguments.contains("linesStartAt1") || flag_in(arguments, "linesStartAt1");
  Json able = Json::object();
  for (const char* what :
       {"supportsConfigurationDoneRequest", "supportsFunctionBreakpoints",
        "supportsConditionalBreakpoints", "supportsHitConditionalBreakpoints",
        "supportsEvaluateForHovers", "supportsStepBack", "supportsGotoTargetsRequest",
        "supportsRestartRequest", "supportsDelayedStackTraceLoading", "supportsLogPoints",
        "supportsTerminateRequest", "supportsDataBreakpoints", "supportsSteppingGranularity",
        "supportsCancelRequest", "supportsExceptionFilterOptions"}) {
    able[what] = true;
  }
  able["exceptionBreakpointFilters"] = event_stop_filters();
  return able;
}

/// "goto request 41"; of nothing: the start.
std::string entry_of(const std::string& at) {
  return "goto " + (at.empty() ? "start" : at);
}

Result<Json> launch(Adapter& adapter, const Request& request) {
  const Json& arguments = request.arguments;
  shell::DebugOptions options = adapter.options();
  const std::string trace = text_in(arguments, "trace");
  if (!trace.empty()) options.trace_path = trace;
  if (options.trace_path.empty())
    return usage("\"trace\" is missing", "give the recording: \"trace\": \"NAME.weft\"");
  for (const Json& pair : list_in(arguments, "sourceMap")) {
    if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string())
      options.source_map.push_back(pair[0].get<std::string>() + "=" + pair[1].get<std::string>());
  }
  for (const Json& folder : list_in(arguments, "symbols")) {
    if (folder.is_string()) options.symbols.push_back(folder.get<std::string>());
  }
  const std::string at = text_in(arguments, "at");
  if (at.find('\n') != std::string::npos) return usage("\"at\" is more than one line");
  const Progress progress(adapter.client,
                          adapter.reports_progress ? ShowProgress::kYes : ShowProgress::kNo,
                          "Opening " + inspect::printable(options.trace_path));
  if (const Status opened = adapter.open(options); !opened) return opened.error();
  adapter.entry = entry_of(at);
  if (const auto source = adapter.source(); !source)
    adapter.client.say(source.error().message + "\n", "important");
  adapter.afterwards([&adapter] {
    for (const std::string& note : adapter.session().changed_files())
      adapter.client.say("note: " + note + "\n");
    adapter.client.event("initialized", Json::object());
  });
  return Json::object();
}

Result<Json> configuration_done(Adapter& adapter, const Request& /*request*/) {
  adapter.afterwards([&adapter] { adapter.move({adapter.entry}, "entry"); });
  return Json::object();
}

Result<Json> terminate(Adapter& adapter, const Request& /*request*/) {
  adapter.afterwards([&adapter] { adapter.client.event("terminated", Json::object()); });
  return Json::object();
}

Result<Json> disconnect(Adapter& adapter, const Request& /*request*/) {
  adapter.end();
  return Json::object();
}

Result<Json> cancel(Adapter& /*adapter*/, const Request& /*request*/) {
  return Json::object();  // seen by Adapter::glance()
}

/// The files on this machine: a recording holds none of the source.
Result<Json> source(Adapter& /*adapter*/, const Request& request) {
  const std::string path = text_in(object_in(request.arguments, "source"), "path");
  struct stat status{};
  const bool readable = !path.empty() && ::stat(path.c_str(), &status) == 0 &&
                        S_ISREG(status.st_mode) && status.st_size <= kLargestSource;
  std::ifstream file(readable ? path : "");
  if (!file)
    return usage(fmt::format("{} is not here", path.empty() ? "the source" : path),
                 "say where it lies now: \"sourceMap\": [[\"FROM\", \"TO\"]] of launch");
  std::ostringstream text;
  text << file.rdbuf();
  return Json{{"content", text.str()}};
}

constexpr std::array kLifecycleHandlers = {
    Handler{"initialize", initialize, Needs::kNothing},
    Handler{"launch", launch, Needs::kNothing},
    Handler{"attach", launch, Needs::kNothing},
    Handler{"configurationDone", configuration_done},
    Handler{"restart", configuration_done},
    Handler{"terminate", terminate, Needs::kNothing},
    Handler{"disconnect", disconnect, Needs::kNothing},
    Handler{"cancel", cancel, Needs::kNothing},
    Handler{"source", source},
};

}  // namespace

std::span<const Handler> lifecycle_handlers() {
  return kLifecycleHandlers;
}

}  // namespace weft::dap
