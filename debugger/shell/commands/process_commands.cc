// processes, process: the other processes of a recording, and the way into them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "debugger/shell/commands/commands.h"
#include "debugger/shell/session/shell.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/summary/process_table.h"
#include "replayer/trace/trace_name.h"

namespace weft::shell {
namespace {

using trace::ProcessRow;

CommandOutput list_processes(Shell& shell, const std::string& /*arguments*/) {
  std::string text = inspect::process_table(shell.process_rows(), shell.session.process());
  if (shell.process_rows().size() == 1)
    text += "its children are recorded with weft record --follow\n";
  return success(text);
}

CommandOutput enter(Shell& shell, const ProcessPlace& place) {
  if (shell.enter_process) return shell.enter_process(place);
  return failure(fmt::format(
      "that is process {}, and this is process {}: open {}", place.process, shell.session.process(),
      trace::process_of_trace(shell.session.options().trace_path, place.process)));
}

CommandOutput go_to_process(Shell& shell, const std::string& arguments) {
  const auto number = to_number(arguments);
  if (!number && !arguments.empty()) return shell.to_source("process " + arguments);
  const std::vector<ProcessRow>& rows = shell.process_rows();
  const uint32_t own = shell.session.process();
  if (!number) return success(fmt::format("process {} of {}\n", own, rows.size()));
  if (*number >= rows.size())
    return failure(fmt::format("there is no process {}; processes lists them", arguments));
  if (*number == own) return success(fmt::format("this is process {}\n", own));
  const double now = shell.session.events().seconds(shell.session.moment());
  return enter(shell, {static_cast<uint32_t>(*number), now});
}

/// Signals that a program brings upon itself.
bool is_fault(int64_t signal) {
  constexpr std::array kFaults = {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS};
  return std::find(kFaults.begin(), kFaults.end(), signal) != kFaults.end();
}

bool was_killed(const ProcessRow& row) {
  return row.end.how == trace::ProcessEnd::How::kKilled;
}

/// Faults before what others have done to a process; of these, the first one.
bool is_rather_the_crash(const ProcessRow& one, const ProcessRow& other) {
  if (is_fault(one.end.value) != is_fault(other.end.value)) return is_fault(one.end.value);
  return one.last_time < other.last_time;
}

constexpr std::array kProcessCommands = {
    Command{"processes", "", "", "list the processes of the recording",
            "Who made whom, what each ran, and how it ended. A star marks the process that you\n"
            "look at; `process N` goes to another one.\n",
            list_processes},
    Command{"process", "", "N", "go to the moment in process N that corresponds to this one",
            "That is before the first event of process N that has not happened yet when the next\n"
            "event of this process does. Each process has breakpoints, bookmarks and a history of\n"
            "its own; they are still there when you come back. Other words are LLDB's `process`.\n"
            "  processes\n  process 3\n",
            go_to_process},
};

}  // namespace

CommandOutput go_to_other_crash(Shell& shell) {
  std::vector<ProcessRow> killed;
  for (const ProcessRow& row : shell.process_rows()) {
    if (was_killed(row) && row.number != shell.session.process()) killed.push_back(row);
  }
  if (killed.empty()) {
    return failure(shell.session.processes().size() == 1
                       ? "the program did not die by a signal\n  see where it ended: goto end"
                       : "no process died by a signal\n  see how each ended: processes");
  }
  std::sort(killed.begin(), killed.end(), is_rather_the_crash);
  CommandOutput output = enter(shell, {killed.front().number});
  for (size_t i = 1; i < killed.size() && output.succeeded; ++i) {
    output.text += fmt::format("also killed: process {}, by {}\n", killed[i].number,
                               inspect::signal_name(killed[i].end.value));
  }
  return output;
}

std::span<const Command> process_commands() {
  return kProcessCommands;
}

}  // namespace weft::shell
