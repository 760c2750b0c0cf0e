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
    crash            a signal of the program's own making ended it. Certain.
    cycles           tasks that wait for each other; threads and fibers too,
                     which takes a replay. Certain, where "owned by" or "awaits"
                     is said. "used last": concluded from who came through a
                     co_await of the mutex last (its type is called like one),
                     or who alone uses the channel; a lock that is taken without
                     a co_await is not seen.
    standstill       all threads wait, without a time limit, for locks,
                     condition variables, semaphores and ends of threads. A
                     signal from outside could still wake one.
    idle fibers      all fibers wait, their thread without a time limit, and
                     other threads only sleep. One that wakes up could still
                     wake a fiber.
    used-up pools    all tasks that came through a semaphore wait for it again.
                     Whether one has given it back is not seen, nor one that is
                     taken without a co_await. If the first task had to wait for
                     it, or one came through several times, it may be there to
                     give work to tasks: nothing is said.
    dead channels    a task waits to put into a channel from which no task has
                     ever received, or the other way round, if others wait for
                     that task. The program may only not have come that far.
    never ended      a request, or a task, is still open at the end, three times
                     as old as any other of its kind became. A connection that
                     is kept open may look like it.
    cancelled        half-way: most of the expression went on from there, and
                     more of it was started afterwards. A user who leaves, or a
                     time-out that is meant, may look like it. Code that cancels
                     itself 100 times or more is a loop.
    failed           operations that ended with an error other than a
                     cancellation.
    thrown           an exception left some tasks of an expression, and not most
                     of them.
    idle cancels     a cancel() that found nothing under way on an object whose
                     next operation then never ended.
    late cancels     a cancelled operation was over already, and its handler ran
                     with success. The handler may be written for that.
    ready, not run   a task was ready for 20 ms or more, and another one had the
                     thread for most of that time; or the thread waited in calls
                     meanwhile, and nobody ran the task.
    blocking calls   of 20 ms or more inside a task, while others were ready
                     meanwhile, or ran right after it though they had waited
                     since before. Since when those were ready is not known.
    long runs        the same of a task that ran for 20 ms or more.
    one strand       four or more handlers were queued on a strand, for 20 ms or
                     more, while other threads ran handlers or had nothing to
                     do.
    queue for a lock threads that waited for one mutex, at the moment when most
                     threads waited; this takes a replay. Other moments are not
                     looked at.
    slow requests    what two or more slow requests have in common that others
                     have not.
    off by one       a connection was used question by question; then one was
                     sent before the answer to the last had been read, and it
                     stayed so. A program may begin to pipeline.
    stale connections
                     no answer to a question on a connection that had been used
                     before, after a longer pause than those that were answered.
                     The peer may have crashed.
    two writes       sends of two writers on one stream took turns. Whole
                     messages may do so without harm; parts may not.
                     Certain.
    Nagle            questions in several writes took 40 ms each, without
                     TCP_NODELAY. A peer that thinks for 40 ms looks the same,
                     unless it answers questions in one write sooner.
    exhausted        calls that failed because descriptors, memory or room were
                     used up.
    leaks            connections that the other end closed, as the program was
                     told, and that it never closed itself while it opened
                     others. A program may close them later, in one go.
    odd orders       requests that ran their expressions in another order than
                     most.

  With --without TEXT it does none of this, but estimates how long the requests
  would take if the answers to one question had been there at once (the median
  and the 99th percentile). Each request's tasks are gone through again, with
  those waits at zero: what else was on its way in parallel still takes as long
  as it did. TEXT is what weft graph calls the question.

EXAMPLES
  weft why shop.weft
  weft why shop.weft 41
  weft why --without "SELECT ... FROM orders" shop.weft
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
  app.add_option("--without", options->without,
                 "Estimate how long requests take without these waits")
      ->type_name("TEXT");
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
