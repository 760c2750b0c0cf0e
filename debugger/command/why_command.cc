#include <CLI/CLI.hpp>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/command/replay_option.h"
#include "debugger/report/why/why.h"

namespace weft::command {
namespace {

constexpr const char* kWhyDescription = R"(
DESCRIPTION
  Looks for what stands out in a recording, and prints the five worst findings,
  in three lines each: what it is, the evidence with counts for and against it,
  and the command that shows more. "Nothing stands out" is an answer too. With
  REQUEST, a number from `weft requests` or a trace ID, it explains that
  request: what it spent its time on that others did not, and what in it failed
  or did not end.

  It looks for the following. For some, the text says what may be mistaken for
  it:
    cycles           tasks that wait for each other; threads too, which takes a
                     replay. Certain.
    standstill       all threads wait, without a time limit, for locks,
                     condition variables, semaphores and ends of threads. A
                     signal from outside could still wake one.
    never ended      a request or a task is still open at the end, and has
                     lasted three times as long as any other of its kind. A
                     connection that is kept open may look like it.
    cancelled        a task was cancelled half-way, where others of the same
                     expression went on, and most were not cancelled. A user who
                     leaves may look like it. Code that cancels itself 100 times
                     or more is a loop.
    failed           operations that ended with an error other than a
                     cancellation.
    idle cancels     a cancel() found no operation to cancel, and the next
                     operation on the same object then never ended.
    ready, not run   a task was ready for 20 ms or more, and another one had the
                     thread for most of that time.
    blocking calls   a call of 20 ms or more inside a task, while other tasks
                     were ready to run.
    one strand       four or more handlers queued on one strand for 20 ms or
                     more, in a program with several threads that run handlers.
    slow requests    what two or more slow requests have in common and the
                     others do not.
    exhausted        calls that failed because descriptors, memory or room were
                     used up.
    odd orders       requests that ran their expressions in another order than
                     most.

EXAMPLES
  weft why shop.weft
  weft why shop.weft 41
  weft why --json shop.weft | jq .what

EXIT STATUS
  0  success, also if nothing stands out
  2  usage, or there is no such request
  5  the trace is damaged or unfinished; what is readable was looked at

SEE ALSO
  weft requests, weft graph, weft tasks, weft stats)";

void add_why_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<report::WhyOptions>();
  auto no_replay = std::make_shared<bool>(false);
  app.add_option("FILE", options->path, "The trace")->required()->type_name("");
  app.add_option("REQUEST", options->request, "The number of a request, to explain that one")
      ->type_name("");
  app.add_flag("--no-replay", *no_replay, "Do not replay to find which locks threads wait for");
  app.add_flag("--json", options->json, "Print one JSON object per line");
  app.callback([options, no_replay, &exit_status] {
    choose_replay(*no_replay, options->replay);
    exit_status = report::run_why(*options);
  });
}

}  // namespace

Command why_command() {
  return {"why", "tell what stands out, with evidence", "[OPTIONS] FILE [REQUEST]", kWhyDescription,
          add_why_options};
}

}  // namespace weft::command
