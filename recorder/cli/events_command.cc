#include <memory>

#include "recorder/cli/commands.h"
#include "replayer/inspect/events.h"

namespace weft::cli {
namespace {

constexpr CommandHelp kEventsHelp = {"events", "print the events of a trace, one line each",
                                     "[OPTIONS] FILE",
                                     R"(
DESCRIPTION
  Prints what happened, in the order in which it happened, like strace: the event's index, its
  time since the start, its thread, and for a system call its name, decoded arguments and result.
  Streams: the first lines of a large trace come at once, and a damaged or unfinished trace is
  printed as far as it is readable.

EXAMPLES
  weft events server-4711.weft | less
  weft events --call epoll_wait --thread 0 server-4711.weft
  weft events --from 1200 --to 1300 server-4711.weft
  weft events --json server-4711.weft | jq .result

EXIT STATUS
  0 success   2 usage   5 the trace is damaged or unfinished: what is readable was printed

SEE ALSO
  weft info, weft replay)"};

}  // namespace

void add_events_command(CLI::App& app, int& exit_status) {
  CLI::App* command = add_command(app, kEventsHelp);
  auto options = std::make_shared<inspect::EventsOptions>();
  command->add_option("FILE", options->path, "The trace")->required()->type_name("");
  command->add_option("--from", options->from, "First event to print, by index")->type_name("N");
  command->add_option("--to", options->to, "Last event to print, by index")->type_name("N");
  command->add_option("--thread", options->thread, "Events of this thread only")->type_name("T");
  command->add_option("--call", options->call, "Calls of this name only")->type_name("NAME");
  command->add_flag("--json", options->json, "Print one JSON object a line");
  command->callback([options, &exit_status] { exit_status = inspect::run_events(*options); });
}

}  // namespace weft::cli
