#include <CLI/CLI.hpp>
#include <memory>

#include "replayer/command/commands.h"
#include "replayer/session/replay_run.h"
#include "weft/base/human_text.h"
#include "weft/command/installation.h"

namespace weft::command {
namespace {

constexpr const char* kReplayDescription = R"(
DESCRIPTION
  Runs the program recorded in FILE again. All of its input comes from the
  trace: the replay opens none of the program's files and sockets and reads no
  clock, so the same instructions lead to the same results. At every event, weft
  compares what the program does with the trace. The first difference is
  reported, with what was expected and what happened.

  At each preemption, memory is compared too: it is how weft recognises the
  moment. --verify also compares what memory held at other events. The recording
  has some of these after a thread was preempted; weft record --digests makes
  more. A difference names the page.

  If children were recorded too (weft record --follow), each process is replayed
  by itself, some at the same time. FILE@N is process N; weft info lists them.

  The program's output is compared with the recording, but not printed. --output
  prints it.

  A trace whose recording was killed has no end. It is replayed as far as it is
  readable.

EXAMPLES
  weft replay server-4711.weft
  weft replay --repeat 20 server-4711.weft
  weft replay --output server-4711.weft > again.txt
  weft replay --verify server-4711.weft
  weft replay make-4711.weft@3
  weft replay --until 12000 --json server-4711.weft

EXIT STATUS
  0  every replay reached the end of what is readable, without a divergence
  2  usage or set-up
  3  the recording needs a processor that has more than this one
  4  divergence, or a replay that did not reach the end
  5  bad trace

SEE ALSO
  weft record, weft info, weft events)";

void add_replay_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<session::ReplayOptions>();
  app.add_option("FILE", options->trace_path, "The trace")->required()->type_name("");
  app.add_option("--repeat", options->repeat, "Replay N times (default: once)")
      ->type_name("N")
      ->check(CLI::Range(1u, 1'000'000u));
  CLI::Option* output = app.add_flag("--output", options->show_output,
                                     "Show what the program wrote to stdout and stderr");
  app.add_flag("--verify", options->verify, "Compare all that the trace says about memory");
  app.add_option("--until", options->until, "Stop just before this event")->type_name("EVENT");
  app.add_option("--process", options->process, "Of several processes, only this one (as FILE@N)")
      ->type_name("N");
  app.add_flag("--json", options->json, "Print one JSON object; not with --output")
      ->excludes(output);
  app.callback([options, &exit_status] {
    const auto runtime = find_runtime();
    if (!runtime) {
      exit_status = report_error(runtime.error());
      return;
    }
    options->runtime_path = *runtime;
    const auto status = session::run_replay(*options);
    exit_status = status ? *status : report_error(status.error());
  });
}

}  // namespace

Command replay_command() {
  return {"replay", "run a recorded program again, exactly", "[OPTIONS] FILE", kReplayDescription,
          add_replay_options};
}

}  // namespace weft::command
