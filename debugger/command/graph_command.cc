#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/report/graph/graph.h"

namespace weft::command {
namespace {

constexpr const char* kGraphDescription = R"(
DESCRIPTION
  Draws the async expressions that ran for a request as a tree: parents above their children, in
  the order in which they began, each with its start after the request's, its duration, its place
  in the source, and how it ended. Outgoing exchanges (SQL, HTTP, Redis) stand under the task that
  waited for them. <= TASK says who made a task ready, where that was not its parent or child. The
  critical path, the chain of runs and waits that the request's end depended on, is marked with a
  star, and its shares of the time are listed.

  Handlers and library-internal tasks are folded, and what there is very many of; what was folded
  is counted, and --all shows it.

  REQUEST is a number as `weft requests` lists them, or a W3C trace ID.

EXAMPLES
  weft graph shop.weft 41
  weft graph --format dot shop.weft 41 | dot -Tsvg > 41.svg
  weft graph --format json shop.weft 41 | jq '.critical_path[0]'

EXIT STATUS
  0 success   2 usage, or there is no such request   5 the trace is damaged or unfinished

SEE ALSO
  weft requests, weft tasks)";

void add_graph_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::GraphOptions>();
  auto json = std::make_shared<bool>(false);
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_option("REQUEST", options->request, "Its number, or its trace ID")
      ->required()
      ->type_name("");
  app.add_option("--format", options->format, "text, dot (Graphviz) or json")
      ->check(CLI::IsMember({"text", "dot", "json"}))
      ->type_name("FORMAT");
  app.add_flag("--json", *json, "The same as --format json");
  app.add_flag("--all", options->all, "Fold nothing");
  app.callback([options, json, &exit_status] {
    if (*json) options->format = "json";
    exit_status = report::run_graph(*options);
  });
}

}  // namespace

Command graph_command() {
  return {"graph", "show what happened inside of one request", "[OPTIONS] FILE REQUEST",
          kGraphDescription, add_graph_options};
}

}  // namespace weft::command
