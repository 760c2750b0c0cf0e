// requests, graph, stats, and tasks with options: what `weft requests` and its like print, here.
#include <fmt/format.h>

#include <array>

#include "debugger/report/graph/graph.h"
#include "debugger/report/requests/requests.h"
#include "debugger/report/stats/stats.h"
#include "debugger/report/tasks/tasks.h"
#include "debugger/report/text/captured.h"
#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"
#include "debugger/shell/session/task_words.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {
namespace {

/// Runs a report, and takes what it prints.
template <class Options>
CommandOutput run_report(Shell& shell, Options options, int (*report)(const Options&)) {
  options.path = shell.session.options().trace_path;
  const report::Captured said = report::captured(options, report);
  CommandOutput output{said.status == 0, said.text, said.error};
  if (said.status != 0 && !output.text.empty()) {  // a damaged trace: what is readable was said
    output.succeeded = true;
    output.text += output.error;
  }
  return output;
}

CommandOutput list_requests(Shell& shell, const std::string& arguments) {
  report::RequestsOptions options;
  const std::vector<std::string> words = split_words(arguments);
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string value = i + 1 < words.size() ? words[i + 1] : "";
    const auto number = to_number(value);
    if (words[i] == "--roots") {
      options.roots = true;
    } else if (words[i] == "--slowest" && number && *number > 0) {
      options.slowest = *number, ++i;
    } else if (words[i] == "--where" && !value.empty()) {
      options.where = value, ++i;
    } else if (words[i] == "--sort" && (value == "start" || value == "duration")) {
      options.sort = value, ++i;
    } else {
      return failure("requests [--slowest N] [--where EXPR] [--sort start|duration] [--roots]");
    }
  }
  return run_report(shell, options, report::run_requests);
}

/// The request that begins here, or that the task in focus works for.
std::optional<uint64_t> request_here(Shell& shell) {
  const analysis::Analysis* analysis = shell.analysis();
  const auto task = shell.focus_task();
  if (analysis == nullptr || !task) return std::nullopt;
  const auto moment = shell.session.moment();
  // Just before it begins, nothing works for it yet: goto request N leads there.
  if (const TaskStep* begin = shell.trace_context()->steps().find(moment, StepKind::kRequestBegin))
    return begin->request.value() + uint64_t{1};
  const auto request = analysis->request_of(*task, moment);
  if (request == kNone) return std::nullopt;
  return request.value() + uint64_t{1};
}

CommandOutput show_graph(Shell& shell, const std::string& arguments) {
  report::GraphOptions options;
  for (const std::string& word : split_words(arguments)) {
    if (word == "--all") {
      options.all = true;
    } else if (options.request.empty() && word[0] != '-') {
      options.request = word;
    } else {
      return failure("graph [REQUEST] [--all]");
    }
  }
  if (options.request.empty()) {
    const auto here = request_here(shell);
    if (!here) {
      return failure(
          "no task works for a request at this moment\n  graph REQUEST draws one; requests lists "
          "them");
    }
    options.request = fmt::to_string(*here);
  }
  return run_report(shell, options, report::run_graph);
}

CommandOutput show_stats(Shell& shell, const std::string& arguments) {
  report::StatsOptions options;
  options.all = arguments == "--all";
  if (!arguments.empty() && !options.all) return failure("stats [--all]");
  return run_report(shell, options, report::run_stats);
}

CommandOutput list_tasks(Shell& shell, const std::string& arguments) {
  report::TasksOptions options;
  options.at = fmt::to_string(shell.session.moment());
  options.replay.runtime_path = shell.session.options().folder + "/weft-runtime";
  for (const std::string& word : split_words(arguments)) {
    if (word == "--full") return all_tasks_in_full(shell);
    bool* option = word == "--stuck"  ? &options.stuck
                   : word == "--tree" ? &options.tree
                   : word == "--all"  ? &options.all
                                      : nullptr;
    if (option == nullptr) return failure("tasks [--stuck | --tree | --full] [--all]");
    *option = true;
  }
  CommandOutput output = run_report(shell, options, report::run_tasks);
  const auto focus = shell.focus_task();
  if (output.succeeded && focus && shell.chosen_task) {
    output.text += fmt::format("selected: {}\n", numbered_task(*shell.analysis(), *focus));
  }
  return output;
}

constexpr std::array kReportCommands = {
    Command{"requests", "", "[--slowest N] [--where EXPR] [--sort start|duration] [--roots]",
            "list the requests that the program served, and how long each took",
            "The same as `weft requests`. `goto request N` goes to the beginning\n"
            "of one, `graph N` draws it.\n"
            "  requests --slowest 5\n  requests --where load_orders\n",
            list_requests},
    Command{"graph", "", "[REQUEST] [--all]",
            "draw a request's tasks as a tree; without a number, those of the request in focus",
            "The same as `weft graph`.\n  goto request 41\n  graph\n", show_graph},
    Command{"stats", "", "[--all]",
            "show figures for each async expression: how many, how long, where cancelled",
            "The same as `weft stats`.\n", show_stats},
    Command{"tasks", "", "[--stuck | --tree | --full] [--all]",
            "list the tasks at this moment: where each is, what it waits for",
            "  --stuck   which tasks wait for which, cycles first\n"
            "  --tree    each task below its parent\n"
            "  --full    each with its logical stack and its variables\n"
            "  --all     also handlers and tasks internal to a library\n",
            list_tasks},
};

}  // namespace

std::span<const Command> report_commands() {
  return kReportCommands;
}

}  // namespace weft::shell
