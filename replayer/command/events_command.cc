#include <CLI/CLI.hpp>
#include <memory>

#include "replayer/command/commands.h"
#include "replayer/inspect/events.h"

namespace weft::command {
namespace {

constexpr const char* kEventsDescription = R"(
DESCRIPTION
  Prints the events of a trace in their order, like strace: index, time since
  the start, thread, and for a system call its name, arguments and result. The
  first lines of a large trace are printed at once. A damaged or unfinished
  trace is printed as far as it is readable.

  If children were recorded too (weft record --follow), FILE is the program
  itself, and FILE@N is its process N; weft info lists them. The events of a
  forked process begin with those of its parent up to the fork.

EXAMPLES
  weft events server-4711.weft | less
  weft events --call epoll_wait --thread 0 server-4711.weft
  weft events --from 1200 --to 1300 server-4711.weft
  weft events --follow --call accept4 server-4711.weft
  weft events --json server-4711.weft | jq .result

EXIT STATUS
  0  success
  2  usage
  5  the trace is damaged or unfinished; what is readable was printed

SEE ALSO
  weft info, weft replay)";

void add_events_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<inspect::EventsOptions>();
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_option("--from", options->from, "Start at the event with this index")->type_name("N");
  app.add_option("--to", options->to, "End with the event with this index")->type_name("N");
  app.add_option("--thread", options->thread, "Only events of this thread")->type_name("T");
  app.add_option("--call", options->call, "Only system calls with this name")->type_name("NAME");
  app.add_option("--process", options->process,
                 "Of several recorded processes, this one (as FILE@N)")
      ->type_name("N");
  app.add_flag("--follow", options->follow, "Go on while the recording is being written");
  app.add_flag("--json", options->json, "Print one JSON object per line");
  app.callback([options, &exit_status] { exit_status = inspect::run_events(*options); });
}

}  // namespace

Command events_command() {
  return {"events", "print the events of a trace, one line each", "[OPTIONS] FILE",
          kEventsDescription, add_events_options};
}

}  // namespace weft::command
