/// The commands of `weft debug`: what the user types, and what comes of it.
///
/// A command is looked for in weft's own tables first (commands.h), then it is LLDB's. All of them,
/// LLDB's too, may move the program; every move is told in the same way: the moment, then what LLDB
/// shows of a stop.
#pragma once

#include <functional>
#include <future>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "debugger/analysis/analysis.h"
#include "debugger/shell/debug_session.h"
#include "debugger/shell/event_breakpoints.h"
#include "debugger/shell/filter_context.h"

namespace weft::shell {

class Shell;

struct Command {
  const char* name;
  const char* aliases;  ///< separated by spaces
  const char* usage;    ///< what follows the name
  const char* summary;  ///< one line
  const char* help;     ///< paragraphs and examples; may be empty
  CommandOutput (*run)(Shell& shell, const std::string& arguments);
};

class Shell {
 public:
  explicit Shell(DebugSession& opened) : session(opened), event_breakpoints(opened.events()) {}

  /// One line as the user typed it.
  CommandOutput execute(const std::string& line);
  bool ended() const { return ended_; }
  void end() { ended_ = true; }
  std::string prompt();
  std::vector<std::string> complete(const std::string& line);

  /// Goes there, remembers where it was, and tells.
  CommandOutput jump(const travel::Instant& instant, const std::string& reason);
  /// The same without remembering: for back and forward.
  CommandOutput jump_silently(const travel::Instant& instant, const std::string& reason);
  /// What a stop looks like.
  std::string stop_text(const std::string& reason);
  /// Hands a line to LLDB, with event breakpoints in force.
  CommandOutput to_source(const std::string& line);
  /// From now on LLDB's threads are suspended tasks, too. False if there are no tasks.
  bool show_tasks();
  /// The event breakpoint that is next, as a limit for what runs.
  std::optional<EventBreakpoints::Match> arm_event_breakpoints();
  /// After a stop before the event of `match`: counts it, runs its commands.
  void note_event_stop(const std::optional<EventBreakpoints::Match>& match, CommandOutput& output);
  /// Is the condition of an event breakpoint true here, where it has stopped?
  bool holds(const EventBreakpoints::Match& match);
  /// Counts a stop at an event breakpoint, tells, and selects the task that the event is about.
  void tell_event_stop(const EventBreakpoints::Match& match, CommandOutput& output);

  /// Tasks and requests of the trace; null if it cannot be analysed.
  const analysis::Analysis* analysis();
  /// The same, but does not wait: made in the background from the first call on.
  const analysis::Analysis* analysis_if_ready();
  /// What filters and event_words() know of them; null likewise.
  const TraceContext* trace_context();
  /// The user wants what runs to stop.
  bool interrupted();
  /// The task that the user chose, or the one that runs on the thread in focus. Empty: the program
  /// said nothing about tasks.
  std::optional<analysis::TaskIndex> focus_task();

  std::optional<analysis::TaskIndex> chosen_task;  ///< until the moment changes
  DebugSession& session;
  EventBreakpoints event_breakpoints;
  std::vector<travel::Instant> past;
  std::vector<travel::Instant> future;
  std::map<std::string, travel::Instant> bookmarks;

 private:
  CommandOutput unknown(const std::string& word);
  std::string moment_line();
  std::string source_text();
  uint64_t next_module_change();
  bool stands_at_new_modules(const std::optional<EventBreakpoints::Match>& match);
  std::optional<analysis::Analysis> analysis_;
  std::future<Result<analysis::Analysis>> analysis_soon_;
  std::unique_ptr<TraceContext> context_;
  bool analysis_tried_ = false;
  bool ended_ = false;
  int depth_ = 0;  ///< of commands that run commands
};

/// All of weft's own commands, and the one that a word names (by name, alias, or clear beginning).
std::vector<const Command*> all_commands();
const Command* find_command(const std::string& word);
std::span<const Command> travel_commands();
std::span<const Command> reverse_commands();
std::span<const Command> async_commands();
std::span<const Command> task_commands();
std::span<const Command> report_commands();
std::span<const Command> look_commands();
std::span<const Command> breakpoint_commands();
std::span<const Command> shell_commands();

CommandOutput async_up(Shell& shell, const std::string& arguments);
CommandOutput async_down(Shell& shell, const std::string& arguments);

/// The words of a line; quotes hold words together.
std::vector<std::string> split_words(const std::string& line);
inline CommandOutput failure(std::string error) {
  return {false, "", std::move(error)};
}
inline CommandOutput success(std::string text) {
  return {true, std::move(text), ""};
}
CommandOutput failure(const Error& error);

}  // namespace weft::shell
