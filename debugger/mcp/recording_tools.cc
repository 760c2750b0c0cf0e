// Tools about the whole recording: open, requests, slowest, why, graph, stuck, tasks.
#include <fmt/format.h>

#include <array>

#include "debugger/mcp/tool.h"
#include "debugger/report/graph/graph.h"
#include "debugger/report/requests/requests.h"
#include "debugger/report/tasks/tasks.h"
#include "debugger/report/text/captured.h"
#include "debugger/report/why/why.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/index_text.h"
#include "weft/base/shell_word.h"

namespace weft::mcp {
namespace {

constexpr size_t kDefaultSlowest = 10, kMostSlowest = 1000;
constexpr size_t kColumns = 160;

/// Runs a report, and takes what it prints. Of a damaged trace: what is readable, and that it is so.
template <class Options>
Answer run_report(Recording& recording, Options options, int (*report)(const Options&),
                  const std::string& command) {
  options.path = recording.session->options().trace_path;
  options.screen = report::Screen{.width = kColumns};
  const report::Captured said = report::captured(options, report);
  if (said.status != 0 && said.text.empty()) return failed(said.error);
  return {.text = said.text + said.error, .command = terminal_command(recording, command)};
}

std::string runtime_path(const Recording& recording) {
  return recording.session->options().folder + "/weft-runtime";
}

Answer describe(Recording& recording) {
  const shell::EventLog& events = recording.session->events();
  const trace::TraceInfo& info = events.info();
  std::string text =
      fmt::format("{}: {} events of {} in {:.3f} s\n",
                  inspect::printable(recording.session->options().trace_path), events.count(),
                  inspect::printable(info.program), events.seconds(events.end()));
  const analysis::Analysis* analysis = recording.shell->analysis();
  if (analysis == nullptr) return failed("the recording cannot be analysed: see weft info");
  const analysis::Model& model = analysis->model();
  const uint32_t threads = model.task_of_thread.size();
  text += fmt::format("{} requests, {} async tasks, {} threads\n", model.requests.size(),
                      model.tasks.size() - std::min(threads, model.tasks.size()), threads);
  if (analysis->damage()) text += analysis->damage()->message + ": what is readable is shown\n";
  text += "next: slowest (which requests were slow, and what they have in common), why, stuck\n";
  return {.text = text, .command = terminal_command(recording, "info")};
}

Answer open(Desk& desk, const Arguments& arguments) {
  if (const auto path = arguments.text("path")) {
    if (const Status opened = desk.open(*path); !opened) return failed(opened.error());
  }
  if (desk.recording() == nullptr) return failed("no recording is open: give path");
  return describe(*desk.recording());
}

Answer requests(Recording& recording, const Arguments& arguments) {
  report::RequestsOptions options;
  options.where = arguments.text("where").value_or("");
  options.roots = arguments.flag("roots");
  std::string command = "requests";
  if (!options.where.empty()) command += " --where " + shell_word(options.where);
  if (options.roots) command += " --roots";
  return run_report(recording, options, report::run_requests, command);
}

Answer slowest(Recording& recording, const Arguments& arguments) {
  report::RequestsOptions options;
  options.slowest = arguments.number("count").value_or(kDefaultSlowest);
  if (options.slowest == 0 || options.slowest > kMostSlowest)
    return failed(fmt::format("count must be from 1 to {}", kMostSlowest));
  return run_report(recording, options, report::run_requests,
                    fmt::format("requests --slowest {}", options.slowest));
}

Answer why(Recording& recording, const Arguments& arguments) {
  report::WhyOptions options;
  options.request = arguments.text("request").value_or("");
  options.replay.runtime_path = runtime_path(recording);
  Answer answer = run_report(recording, options, report::run_why, "why");
  if (!options.request.empty()) answer.command += " " + shell_word(options.request);
  return answer;
}

Answer graph(Recording& recording, const Arguments& arguments) {
  report::GraphOptions options;
  options.request = *arguments.text("request");
  options.all = arguments.flag("all");
  Answer answer =
      run_report(recording, options, report::run_graph, options.all ? "graph --all" : "graph");
  answer.command += " " + shell_word(options.request);
  return answer;
}

/// "here" is the moment where the session stands.
report::TasksOptions tasks_at(Recording& recording, const Arguments& arguments) {
  report::TasksOptions options;
  options.at = arguments.text("at").value_or("end");
  if (options.at == "here") options.at = fmt::to_string(recording.session->moment());
  options.replay.runtime_path = runtime_path(recording);
  return options;
}

Answer stuck(Recording& recording, const Arguments& arguments) {
  report::TasksOptions options = tasks_at(recording, arguments);
  options.stuck = true;
  return run_report(recording, options, report::run_tasks,
                    fmt::format("tasks --stuck --at {}", shell_word(options.at)));
}

Answer tasks(Recording& recording, const Arguments& arguments) {
  report::TasksOptions options = tasks_at(recording, arguments);
  options.tree = arguments.flag("tree");
  return run_report(
      recording, options, report::run_tasks,
      fmt::format("tasks {}--at {}", options.tree ? "--tree " : "", shell_word(options.at)));
}

constexpr Parameter kPath = {"path", ParameterKind::kText, Need::kOptional,
                             "The trace file (NAME.weft); without it: the one that is open"};
constexpr Parameter kAt = {"at", ParameterKind::kText, Need::kOptional,
                           "The moment: an event number, a time (1.5s), \"request 41\", \"here\" "
                           "(where the session stands), or \"end\" (the default)"};

constexpr std::array kOpenParameters = {kPath};
constexpr std::array kRequestsParameters = {
    Parameter{"where", ParameterKind::kText, Need::kOptional,
              "Only requests with a task or an exchange whose name contains this"},
    Parameter{"roots", ParameterKind::kFlag, Need::kOptional,
              "Also root tasks: those that no request started"}};
constexpr std::array kSlowestParameters = {
    Parameter{"count", ParameterKind::kNumber, Need::kOptional, "How many (default: 10)"}};
constexpr std::array kWhyParameters = {Parameter{"request", ParameterKind::kText, Need::kOptional,
                                                 "The number of a request, to explain that one"}};
constexpr std::array kGraphParameters = {Parameter{"request", ParameterKind::kText, Need::kRequired,
                                                   "The number of the request, or its trace ID"},
                                         Parameter{"all", ParameterKind::kFlag, Need::kOptional,
                                                   "Also tasks that are internal to a library"}};
constexpr std::array kStuckParameters = {kAt};
constexpr std::array kTasksParameters = {
    kAt, Parameter{"tree", ParameterKind::kFlag, Need::kOptional, "Each task below its parent"}};

constexpr std::array kRecordingTools = {
    Tool{"open", "Open a recording",
         "Opens a recording of a program (a .weft file), and says what is in it.", kOpenParameters,
         nullptr, open},
    Tool{"requests", "List requests",
         "All requests that the program served: number, start, duration, outcome, and where the "
         "time went.",
         kRequestsParameters, requests},
    Tool{"slowest", "Slowest requests",
         "The slowest requests, and what the slow ones have in common that others do not have. "
         "Begin here if a service is slow.",
         kSlowestParameters, slowest},
    Tool{"why", "What stands out",
         "The five worst findings of the whole recording, each with evidence and the next command; "
         "with a request: what it spent its time on that others did not.",
         kWhyParameters, why},
    Tool{"graph", "Graph of a request",
         "One request as a tree of its async tasks: start, duration, source line, what each waited "
         "for. Stars mark the critical path.",
         kGraphParameters, graph},
    Tool{"stuck", "What waits for what",
         "Which tasks and threads wait for which, cycles first. Begin here if a program hangs.",
         kStuckParameters, stuck},
    Tool{"tasks", "List tasks",
         "The tasks and threads that are alive at a moment: where each is, and what it waits for.",
         kTasksParameters, tasks},
};

}  // namespace

std::span<const Tool> recording_tools() {
  return kRecordingTools;
}

}  // namespace weft::mcp
