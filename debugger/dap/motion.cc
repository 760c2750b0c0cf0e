// next, stepIn, stepOut, stepBack, continue, reverseContinue, pause; the async steps, and steps back
// that the protocol does not have, as requests of weft's own ("weft/...").
#include <fmt/format.h>

#include <array>
#include <optional>

#include "debugger/dap/adapter.h"
#include "debugger/dap/landing.h"
#include "debugger/dap/progress.h"
#include "replayer/inspect/index_text.h"

namespace weft::dap {
namespace {

struct MotionRow {
  const char* request;
  const char* line;         ///< the shell's command
  const char* instruction;  ///< the same by instruction; null: the same command
  const char* async;        ///< the same along the async graph; null: the same command
};

/// Which of a row's commands is meant is the request's `granularity`: statement, line, instruction, or
/// "async".
constexpr std::array kMotions = {
    MotionRow{"next", "next", "nexti", "an"},
    MotionRow{"stepIn", "step", "stepi", "as"},
    MotionRow{"stepOut", "finish", nullptr, "af"},
    MotionRow{"stepBack", "reverse-next", "reverse-stepi", "ran"},
    MotionRow{"continue", "continue", nullptr, nullptr},
    MotionRow{"reverseContinue", "reverse-continue", nullptr, nullptr},
    MotionRow{"weft/reverseStepIn", "reverse-step", nullptr, "ras"},
    MotionRow{"weft/reverseStepOut", "reverse-finish", nullptr, "raf"},
    MotionRow{"weft/asyncNext", "an", nullptr, nullptr},
    MotionRow{"weft/asyncStepIn", "as", nullptr, nullptr},
    MotionRow{"weft/asyncStepOut", "af", nullptr, nullptr},
    MotionRow{"weft/reverseAsyncNext", "ran", nullptr, nullptr},
    MotionRow{"weft/reverseAsyncStepIn", "ras", nullptr, nullptr},
    MotionRow{"weft/reverseAsyncStepOut", "raf", nullptr, nullptr},
    MotionRow{"weft/cause", "ac", nullptr, nullptr},
    MotionRow{"weft/effect", "ae", nullptr, nullptr},
    MotionRow{"weft/back", "back", nullptr, nullptr},
    MotionRow{"weft/forward", "forward", nullptr, nullptr},
};

const MotionRow& row_of(const std::string& request) {
  for (const MotionRow& row : kMotions) {
    if (request == row.request) return row;
  }
  return kMotions[0];
}

/// Continuing goes on where a breakpoint only counts or logs.
bool goes_on(const std::string& line) {
  return line == "continue" || line == "reverse-continue";
}

/// Where frame 0 of the selected thread lies; nothing: it has no lines.
auto frame_place(Adapter& adapter) {
  shell::SourceDebugger* source = adapter.session().loaded_source();
  const auto frame = source != nullptr ? source->frame_lines(0) : std::nullopt;
  return frame ? std::optional(frame->cfa) : std::nullopt;
}

/// What goes on from a breakpoint on the way that only counts or logs; empty: the step is at its end.
/// LLDB's continue completes a step that was interrupted inside of a call.
template <class Place>
std::string goes_on_by(const std::string& line, const Place& before, const Place& now) {
  if (goes_on(line)) return line;
  const bool over = line == "next" && before && now && *now < *before;
  const bool out = line == "finish" && before && now && *now <= *before;
  return over || out ? "continue" : "";
}

Result<Json> step(Adapter& adapter, const Request& request) {
  const MotionRow& row = row_of(request.command);
  const std::string granularity = text_in(request.arguments, "granularity");
  const auto thread = thread_in(request.arguments);
  if (!thread) return thread.error();
  const bool of_task = thread->is_task();
  std::string line = row.line;
  if (granularity == "instruction" && row.instruction != nullptr) line = row.instruction;
  // A suspended task runs no instruction: its next line is where it goes on.
  if ((granularity == "async" || of_task) && row.async != nullptr) line = row.async;
  std::vector<std::string> lines;
  if (of_task && !goes_on(line)) lines.push_back(fmt::format("task {}", thread->task()));
  lines.push_back(line);
  const char* reason = goes_on(line) ? "pause" : "step";
  adapter.afterwards([&adapter, lines = std::move(lines), reason] { adapter.move(lines, reason); });
  if (request.command == "continue") return Json{{"allThreadsContinued", true}};
  return Json::object();
}

/// Where something runs, its end is the stop; else the client is told where the program stands.
Result<Json> pause(Adapter& adapter, const Request& /*request*/) {
  if (adapter.pause_wanted.exchange(false))
    adapter.afterwards([&adapter] { adapter.move({}, "pause"); });
  return Json::object();
}

Result<Json> go_to(Adapter& adapter, const Request& request) {
  const std::string to = text_in(request.arguments, "to");
  if (to.empty() || to.find('\n') != std::string::npos)
    return usage("\"to\" is missing", "an event, a time, \"request 41\", start, end, crash");
  adapter.afterwards([&adapter, to] { adapter.move({"goto " + to}, "goto"); });
  return Json::object();
}

Result<Json> last_write(Adapter& adapter, const Request& request) {
  const auto expression = adapter.expression_of(request.arguments);
  if (!expression) return expression.error();
  adapter.afterwards(
      [&adapter, line = "last-write " + *expression] { adapter.move({line}, "data breakpoint"); });
  return Json::object();
}

constexpr auto kMotionHandlers = [] {
  std::array<Handler, kMotions.size() + 3> handlers{};
  for (size_t i = 0; i < kMotions.size(); ++i) handlers[i] = {kMotions[i].request, step};
  handlers[kMotions.size()] = {"pause", pause};
  handlers[kMotions.size() + 1] = {"weft/goto", go_to};
  handlers[kMotions.size() + 2] = {"weft/lastWrite", last_write};
  return handlers;
}();

/// The stop as the client is told of it.
Json stopped(Adapter& adapter, const Landing& landing) {
  Json body = {{"reason", landing.reason},
               {"threadId", adapter.running_thread().id()},
               {"allThreadsStopped", true}};
  if (!landing.description.empty()) {
    body["description"] = landing.description;
    body["text"] = landing.description;
  }
  Json ids = Json::array();
  for (const ClientStop* hit : landing.hits) ids.push_back(hit->id);
  if (!ids.empty()) body["hitBreakpointIds"] = ids;
  return body;
}

}  // namespace

std::span<const Handler> motion_handlers() {
  return kMotionHandlers;
}

void Adapter::move(const std::vector<std::string>& lines, const char* reason) {
  const Progress progress(client, reports_progress ? ShowProgress::kYes : ShowProgress::kNo,
                          lines.empty() ? "" : "weft: " + lines.back());
  told = {};
  if (session().loaded_source() != nullptr) session().loaded_source()->values().forget();
  Landing landing{reason, ""};
  for (const std::string& line : lines) {
    shell::CommandOutput output;
    const auto before = frame_place(*this);
    for (std::string next = line; !next.empty() && !opened.held();) {
      output = shell().execute(next);
      if (!output.succeeded) break;
      landing = look_around(*this, reason);
      next = wants_stop(*this, landing) ? "" : goes_on_by(line, before, frame_place(*this));
    }
    if (!landing.hits.empty() && landing.reason != "breakpoint") client.say(output.text);
    if (output.succeeded && !opened.held()) continue;
    if (!output.succeeded) client.say(output.text + output.error + "\n", "important");
    break;
  }
  if (pause_wanted.exchange(false) || opened.held()) landing = {"pause", "interrupted"};
  client.event("stopped", stopped(*this, landing));
}

}  // namespace weft::dap
