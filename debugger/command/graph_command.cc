#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/report/graph/graph.h"

namespace weft::command {
namespace {

constexpr const char* kGraphDescription = R"(
DESCRIPTION
  Draws the tasks that worked for a request as a tree: each parent above its
  children, in the order in which they began. Each line shows when the task
  began (relative to the request), its duration, its place in the source, and
  how it ended. Outgoing exchanges (SQL, HTTP, Redis) are shown below the task
  that waited for them. "<= TASK" names the task that woke this one, unless that
  was its parent or child.

  Stars mark the critical path: the chain of runs and waits that determined when
  the request ended. Its parts are listed below the tree, with their share of
  the time.

  Handlers, tasks internal to a library, and long runs of similar tasks are left
  out and counted; --all shows them.

  REQUEST is a number from `weft requests`, or a W3C trace ID.

EXAMPLES
  weft graph shop.weft 41
  weft graph --format dot shop.weft 41 | dot -Tsvg > 41.svg
  weft graph --format json shop.weft 41 | jq '.critical_path[0]'

EXIT STATUS
  0  success
  2  usage, or there is no such request
  5  the trace is damaged or unfinished; what is readable was shown

SEE ALSO
  weft requests, weft tasks)";

void add_graph_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::GraphOptions>();
  auto json = std::make_shared<bool>(false);
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_option("REQUEST", options->request, "The number of the request, or its trace ID")
      ->required()
      ->type_name("");
  app.add_option("--format", options->format, "text (default), dot (for Graphviz) or json")
      ->check(CLI::IsMember({"text", "dot", "json"}))
      ->type_name("FORMAT");
  app.add_flag("--json", *json, "The same as --format json");
  app.add_flag("--all", options->all, "Leave nothing out");
  app.callback([options, json, &exit_status] {
    if (*json) options->format = "json";
    exit_status = report::run_graph(*options);
  });
}

}  // namespace

Command graph_command() {
  return {"graph", "show what happened inside one request", "[OPTIONS] FILE REQUEST",
          kGraphDescription, add_graph_options};
}

}  // namespace weft::command
