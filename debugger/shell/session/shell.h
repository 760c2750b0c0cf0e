/// The commands of `weft debug`: what the user types, and what it prints.
///
/// A command is looked for in weft's own tables first (shell/commands/), then it is LLDB's. All of
/// them, LLDB's too, may move the program; every move is told in the same way: the moment, then
/// what LLDB shows of a stop.
#pragma once

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "debugger/analysis/questions/analysis.h"
#include "debugger/shell/events/event_breakpoints.h"
#include "debugger/shell/events/filter_context.h"
#include "debugger/shell/session/command.h"
#include "debugger/shell/session/debug_session.h"
#include "replayer/trace/process_list.h"

namespace weft::shell {

/// What `last-write` was asked about.
struct WrittenPlace {
  std::string name;
  ValuePlace place;
  /// Where the last answer has left the user; empty: there was none.
  std::optional<travel::Instant> shown_at{};
  unsigned shown_frame = 0;
};

/// A moment in another process of the recording.
struct ProcessPlace {
  uint32_t process;
  /// What has happened by then, seconds since the recording began; empty: where a signal has ended
  /// the process.
  std::optional<double> seconds{};
};

/// How a stack is shown: libraries' frames folded to a line, or all as LLDB shows them.
enum class StackStyle : uint8_t { kFolded, kAll };

class Shell {
 public:
  Shell(DebugSession& opened, CommandTables tables)
      : session(opened), commands(tables), event_breakpoints(opened.events()) {}

  /// One line as the user typed it.
  CommandOutput execute(const std::string& line);
  bool ended() const { return ended_; }
  void end() { ended_ = true; }
  std::string prompt();
  std::vector<std::string> complete(const std::string& line);

  /// Goes there, remembers where it was, and tells.
  CommandOutput jump(const travel::Instant& instant, const std::string& reason);
  /// `back` leads there from now on.
  void remember(const travel::Instant& instant);
  /// The same without remembering: for back and forward.
  CommandOutput jump_silently(const travel::Instant& instant, const std::string& reason);
  /// The user has interrupted a search: what it did is undone, and `start` is where it began.
  CommandOutput back_from_interrupt(const travel::Instant& start);
  /// The frames of the selected thread that can be believed, see believed_frames.h.
  std::vector<StackFrame> frames();
  /// The stack of the selected thread.
  CommandOutput stack_output(StackStyle style);
  /// What a stop looks like.
  std::string stop_text(const std::string& reason);
  /// Hands a line to LLDB, with event breakpoints in force.
  CommandOutput to_source(const std::string& line);
  /// All of the recording; read once. Empty if it cannot be read.
  const std::vector<trace::ProcessRow>& process_rows();
  /// From now on LLDB's threads are suspended tasks, too. False if there are no tasks.
  bool show_tasks();
  /// What `display` has asked for, as it is here.
  std::string displays_text();
  /// After a stop at a watchpoint: what the write has changed, in two lines; else nothing.
  std::string change_text();
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
  const CommandTables commands;  ///< weft's own
  EventBreakpoints event_breakpoints;
  std::vector<travel::Instant> past;
  std::vector<travel::Instant> future;
  std::map<std::string, travel::Instant> bookmarks;
  std::optional<WrittenPlace> written;
  std::map<std::string, std::string> aliases;  ///< of weft's own commands
  std::map<uint64_t, std::string> displays;    ///< expressions that each stop shows
  /// Goes on in another process, with a shell of its own; empty where that cannot be done.
  std::function<CommandOutput(const ProcessPlace&)> enter_process;

 private:
  CommandOutput unknown(const std::string& word);
  std::string moment_line();
  std::string source_text();
  EventIndex next_module_change();
  std::string with_lldbs_threads(const std::string& line, std::string& error);
  void leave_weft(CommandOutput& output);
  void leave_lost_frame(CommandOutput& output);
  std::string with_short_frame(const std::string& text);
  bool has_left_the_recording();
  CommandOutput back_into_the_recording(EventIndex start);
  bool stands_at_new_modules(const std::optional<EventBreakpoints::Match>& match);
  std::optional<analysis::Analysis> analysis_;
  std::future<Result<analysis::Analysis>> analysis_soon_;
  std::unique_ptr<TraceContext> context_;
  std::optional<std::vector<trace::ProcessRow>> process_rows_;
  bool analysis_tried_ = false;
  bool ended_ = false;
  int depth_ = 0;           ///< of commands that run commands
  bool told_stop_ = false;  ///< by the command that runs
};

}  // namespace weft::shell
