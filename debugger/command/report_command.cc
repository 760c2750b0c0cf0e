#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/command/replay_option.h"
#include "debugger/page/page.h"

namespace weft::command {
namespace {

constexpr const char* kReportDescription = R"(
DESCRIPTION
  Writes a recording as one HTML page. It opens in a browser from the disk, and
  loads nothing. Its views are linked with each other:

    Requests     start and duration of each, a histogram, a table to sort and
                 filter; what the slow ones have in common; what stands out
    One request  its tasks as a graph: time runs down, and edges lead from a
                 task to those that it created. States have colours and
                 patterns. It also shows the critical path, which task woke or
                 cancelled which, and for each task its source, its runs and the
                 command for weft debug
    Time         threads, what ran on them, calls that blocked, tasks that were
                 ready and did not run
    Stuck        which task or thread waits for which at the end; cycles

  Graphs take about 18 MB of the page at most. If a recording has more, the page
  has those of the slowest requests and of a sample of the others, and says so.
  With --request, the page has the graph of that request in any case, and opens
  with it. N is a number from `weft requests`, or a W3C trace ID.

  Only you can read the page, as with the trace. It holds what the program read
  and wrote: texts of SQL, paths, notes. --redact leaves values out: literals of
  SQL, keys, paths beyond their first part, notes, names that the program gave,
  addresses, trace IDs, source code. Names of functions, files, tables and locks
  stay, and so do times.

  A replay finds out where threads hang, unless --no-replay is given.

EXAMPLES
  weft report -o shop.html shop.weft
  weft report --request 551 -o 551.html shop.weft
  weft report --redact -o to-show.html shop.weft

EXIT STATUS
  0  success
  2  usage, there is no such request, or the page cannot be written
  5  the trace is damaged or unfinished; the page shows what is readable

SEE ALSO
  weft requests, weft graph, weft tasks, weft why)";

void add_report_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<page::PageOptions>();
  auto no_replay = std::make_shared<bool>(false);
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_option("-o,--output", options->out_path, "The page")->required()->type_name("FILE");
  app.add_option("--request", options->request, "Open with this request (number or trace ID)")
      ->type_name("N");
  app.add_flag("--redact", options->redact, "Leave values out");
  app.add_flag("--no-replay", *no_replay, "Do not replay to find which locks threads wait for");
  app.callback([options, no_replay, &exit_status] {
    choose_replay(*no_replay, options->replay);
    exit_status = page::run_page(*options);
  });
}

}  // namespace

Command report_command() {
  return {"report", "write a page to look at in a browser", "[OPTIONS] -o OUT.html FILE",
          kReportDescription, add_report_options};
}

}  // namespace weft::command
