#include "debugger/shell/session/shell.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "debugger/report/text/terminal.h"
#include "debugger/shell/session/stack_words.h"
#include "debugger/shell/session/task_stacks.h"
#include "debugger/shell/session/task_words.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/index_text.h"

namespace weft::shell {

using namespace std::chrono_literals;

namespace {

constexpr int kDeepestCommand = 8;

/// LLDB commands that would take the process away from weft.
constexpr std::array kRefused = {"run",
                                 "r",
                                 "process launch",
                                 "process attach",
                                 "attach",
                                 "kill",
                                 "process kill",
                                 "process connect",
                                 "detach",
                                 "process detach",
                                 "gdb-remote",
                                 "kdp-remote",
                                 "target create",
                                 "target delete",
                                 "file",
                                 "thread jump",
                                 "jump"};

std::string first_words(const std::string& line, size_t count) {
  std::string joined;
  for (const std::string& word : split_words(line)) {
    if (count-- == 0) break;
    joined += (joined.empty() ? "" : " ") + word;
  }
  return joined;
}

/// Where the number of a thread may stand in LLDB's commands.
bool takes_threads(const std::string& line) {
  const std::vector<std::string> words = split_words(line);
  constexpr std::array kVerbs = {"select", "backtrace", "info", "continue", "plan", "siginfo"};
  return words.size() > 2 && words[0] == "thread" &&
         (std::find(kVerbs.begin(), kVerbs.end(), words[1]) != kVerbs.end() ||
          words[1].starts_with("step-"));
}

/// LLDB's own commands that show more than one thread: suspended tasks are threads then.
bool is_about_threads(const std::string& line) {
  const std::string words = first_words(line, 2);
  return words == "thread list" || words == "thread select" || words == "bt all" ||
         words == "thread backtrace" || words == "thread info";
}

bool is_continue(const std::string& line) {
  const std::string words = first_words(line, 2);
  return words == "process continue" || words == "thread continue";
}

/// Which of kRefused the line begins with; null: none.
const char* refused_command(const std::string& line) {
  for (const char* refused : kRefused) {
    if (first_words(line, split_words(refused).size()) == refused) return refused;
  }
  return nullptr;
}

bool is_note_of_watchpoint(const std::string& line) {
  if (line.starts_with("Watchpoint ")) return line.find(" hit:") != std::string::npos;
  return line.starts_with("old value: ") || line.starts_with("new value: ");
}

/// Not what LLDB notes about its one process, which says nothing here; nor what it finds wrong with
/// a compiler's debug information; nor what it says of the values of watchpoints: its old value may
/// be one of the future (see change_text()).
std::string without_notes(const std::string& text) {
  std::string kept;
  bool in_watchpoint = false;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string line = text.substr(at, end - at);
    at = end;
    const bool blank = line.find_first_not_of(" \n") == std::string::npos;
    if (is_note_of_watchpoint(line) || (blank && (in_watchpoint || kept.empty()))) {
      in_watchpoint = true;
      continue;
    }
    in_watchpoint = false;
    const bool about_debug_information = line.find(": DW_TAG_") != std::string::npos ||
                                         line.find(": adding range [") != std::string::npos;
    if (!line.starts_with("Process 1 ") && !about_debug_information) kept += line;
  }
  return kept;
}

}  // namespace

CommandOutput Shell::unknown(const std::string& word) {
  const std::string nearest = nearest_command(commands, word);
  std::string text = fmt::format("there is no command '{}'", word);
  text += nearest.empty() ? "\n  see help" : fmt::format("; did you mean '{}'?", nearest);
  return failure(text);
}

CommandOutput Shell::execute(const std::string& line) {
  const size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos || line[begin] == '#') return {};
  const size_t end = line.find_first_of(" \t", begin);
  const std::string word = line.substr(begin, end == std::string::npos ? end : end - begin);
  const size_t rest = end == std::string::npos ? end : line.find_first_not_of(" \t", end);
  std::string arguments = rest == std::string::npos ? "" : line.substr(rest);
  while (!arguments.empty() && std::isspace(static_cast<unsigned char>(arguments.back())))
    arguments.pop_back();
  if (depth_ >= kDeepestCommand) return failure("commands that run commands are nested too deeply");
  session.clear_interrupt();
  if (session.held())
    return failure("interrupted");  // in this order: hold() holds, then interrupts
  if (depth_++ == 0) told_stop_ = false;
  CommandOutput output;
  if (const auto alias = aliases.find(word); alias != aliases.end()) {
    output = execute(alias->second + " " + arguments);
  } else if (const Command* command = find_command(commands, word)) {
    output = command->run(*this, arguments);
  } else {
    output = to_source(line.substr(begin));
  }
  if (--depth_ == 0 && told_stop_ && output.succeeded) output.text += displays_text();
  return output;
}

/// T3 is thread 3 for the user, whatever number LLDB has for it.
std::string Shell::with_lldbs_threads(const std::string& line, std::string& error) {
  std::string out;
  bool after_option = false;
  for (const std::string& word : split_words(line)) {
    const std::string digits = word.starts_with('T') ? word.substr(1) : word;
    const auto number = to_number(digits);
    const bool names_thread = number && !after_option;
    after_option = word.starts_with('-');
    if (!out.empty()) out += ' ';
    if (!names_thread) {
      out += word.find(' ') == std::string::npos ? word : '"' + word + '"';
      continue;
    }
    const trace::ThreadNumber thread(*number);
    const uint32_t index = session.source()->thread_index(thread);
    if (index == 0)
      error =
          fmt::format("there is no thread T{} at this moment; threads lists them", thread.value());
    out += fmt::to_string(index);
  }
  return out;
}

/// The line of the frame in front, if it is wider than the screen: what matters of it.
std::string Shell::with_short_frame(const std::string& text) {
  constexpr std::string_view kFrame = "    frame #";
  const size_t columns = report::Screen::of(stdout).width;
  const size_t begin = text.starts_with(kFrame) ? 0 : text.find("\n    frame #") + 1;
  if (!std::string_view(text).substr(begin).starts_with(kFrame)) return text;
  const size_t end = std::min(text.find('\n', begin), text.size());
  const auto frame = session.source()->selected_frame();
  if (!frame || report::columns_of(text.substr(begin, end - begin)) <= columns) return text;
  return text.substr(0, begin) + "    " + frame_text(*frame, columns - kFrameIndent) +
         text.substr(end);
}

/// A step that ended in weft's own headers goes on until it has left them.
void Shell::leave_weft(CommandOutput& output) {
  constexpr int kMostSteps = 64;
  SourceDebugger& source = *session.source();
  for (int i = 0; i < kMostSteps && output.succeeded && source.ended_a_step() &&
                  source.stands_in_weft() && !interrupted();
       ++i) {
    output = source.command("thread step-out");
  }
}

CommandOutput Shell::to_source(const std::string& typed) {
  const std::string word = first_words(typed, 1);
  SourceDebugger* source = session.source();
  // Commands may be shortened ("th sel 3"), and have other names ("finish").
  const std::string full = source != nullptr ? source->full_command(typed) : typed;
  for (const std::string& name : {typed, full}) {
    if (const char* refused = refused_command(name))
      return failure(fmt::format("'{}' has no meaning in a recording\n  see help", refused));
  }
  if (source == nullptr) {
    CommandOutput output = unknown(word);
    output.error += "\n  " + session.source_error();
    return output;
  }
  if (!source->knows(word.substr(0, word.find('/')))) return unknown(word);  // x/8xb, p/x
  if (is_about_threads(typed) || is_about_threads(full)) show_tasks();
  std::string no_thread;
  const std::string line = takes_threads(full) ? with_lldbs_threads(full, no_thread) : typed;
  if (!no_thread.empty()) return failure(no_thread);
  const uint64_t before = session.moves();
  const EventIndex start = session.moment();
  auto match = arm_event_breakpoints();
  CommandOutput output = source->command(line);
  const auto passes_on = [&] {
    const bool new_modules = stands_at_new_modules(match);
    if (!is_continue(full)) return false;
    const bool at_event = match && session.moment() == match->event &&
                          session.last_stop().kind == process::StopKind::kParked;
    return new_modules || (at_event && !holds(*match));
  };
  while (passes_on()) {
    match = arm_event_breakpoints();
    output = source->command(line);
  }
  if (session.moves() != before && full.starts_with("thread step-")) leave_weft(output);
  if (output.succeeded && (word == "up" || full.starts_with("frame select")))
    leave_lost_frame(output);
  output.text = inspect::printable_lines(session.take_written()) + without_notes(output.text);
  if (session.moves() != before && has_left_the_recording()) return back_into_the_recording(start);
  if (output.succeeded && session.moves() != before) {
    chosen_task.reset();
    told_stop_ = true;
    output.text = moment_line() + with_short_frame(output.text) + change_text();
    note_event_stop(match, output);
  }
  return output;
}

bool Shell::has_left_the_recording() {
  const process::StopKind kind = session.last_stop().kind;
  return kind == process::StopKind::kDiverged || kind == process::StopKind::kDied;
}

/// What makes a replay go astray is what the user has put into the program. A process that is gone
/// was ended by somebody else.
CommandOutput Shell::back_into_the_recording(EventIndex start) {
  const EventIndex lost = session.moment();
  const bool died = session.last_stop().kind == process::StopKind::kDied;
  const EventIndex from = trace::event_before(start);
  const Status back = session.go({from}, "before the command");
  chosen_task.reset();
  const std::string here =
      back ? fmt::format("this is event {} again, from before the command", from)
           : back.error().message;
  if (died) {
    return failure(
        fmt::format("the replayed process has ended, before event {}\n"
                    "  was it killed, or did the machine run out of memory?\n  {}",
                    lost, here));
  }
  return failure(fmt::format(
      "the program went another way than in the recording, before event {}\n"
      "  if a breakpoint lies inside an instruction or in data, delete it\n"
      "  (breakpoint list); if there is none, the replay is wrong: see weft replay\n  {}",
      lost, here));
}

CommandOutput Shell::back_from_interrupt(const travel::Instant& start) {
  session.clear_interrupt();
  if (session.here() == start) {
    session.place_modules(start.event);
    return failure("interrupted");
  }
  const Status back = session.go(start, "before the command");
  return failure(back ? "interrupted" : "interrupted\n  " + back.error().message);
}

std::string Shell::change_text() {
  const process::ProgramStop stop = session.last_stop();
  SourceDebugger* source = session.source();
  if (source == nullptr || stop.kind != process::StopKind::kWatchpoint) return "";
  for (const SourceWatch& watch : source->watches()) {
    const auto before = session.watched_before(watch.address);
    if (stop.address - watch.address < watch.bytes && before.size() == watch.bytes)
      return source->change_text(watch.id, before);
  }
  return "";
}

bool Shell::show_tasks() {
  if (analysis() == nullptr || !analysis()->has_async_events()) return false;
  session.show_tasks(
      [this](EventIndex moment) { return suspended_tasks(*analysis(), session.events(), moment); });
  return true;
}

std::optional<EventBreakpoints::Match> Shell::arm_event_breakpoints() {
  const bool before_event = session.travel([](travel::Traveller& traveller) {
    return traveller.changed() ? traveller.here().before_event() : traveller.program().parked();
  });
  const EventIndex moment = session.moment();
  const auto match = event_breakpoints.next(before_event ? moment + 1 : moment);
  const EventIndex limit = std::min(match ? match->event : EventIndex(), next_module_change());
  session.set_limit(limit, match && limit == match->event
                               ? fmt::format("event breakpoint {}", match->id)
                               : fmt::format("event {}", limit));
  return match;
}

/// The next moment from which on files of the program lie elsewhere.
EventIndex Shell::next_module_change() {
  const auto& places = session.module_places();
  const size_t next = places.at(session.moment()) + 1;
  return next < places.epochs().size() ? places.epochs()[next].begin : EventIndex();
}

/// True if LLDB's command ended there, and not at an event breakpoint; LLDB knows where they lie.
bool Shell::stands_at_new_modules(const std::optional<EventBreakpoints::Match>& match) {
  const EventIndex moment = session.moment();
  const auto& places = session.module_places();
  const bool changes = places.epochs()[places.at(moment)].begin == moment;
  session.place_modules(moment);
  return changes && session.last_stop().kind == process::StopKind::kParked &&
         (!match || match->event != moment);
}

void Shell::note_event_stop(const std::optional<EventBreakpoints::Match>& match,
                            CommandOutput& output) {
  if (!match || session.last_stop().kind != process::StopKind::kParked ||
      session.moment() != match->event) {
    return;
  }
  if (session.source() != nullptr) output.text = moment_line() + source_text();
  tell_event_stop(*match, output);
  for (const std::string& command : event_breakpoints.find(match->id)->commands) {
    const CommandOutput one = execute(command);
    output.text += one.text;
    if (!one.succeeded) output.text += one.error + "\n";
  }
}

bool Shell::holds(const EventBreakpoints::Match& match) {
  const std::string& condition = event_breakpoints.find(match.id)->condition;
  if (condition.empty() || session.source() == nullptr) return true;
  session.source()->select_user_frame();
  return session.source()->holds(condition);
}

void Shell::tell_event_stop(const EventBreakpoints::Match& match, CommandOutput& output) {
  event_breakpoints.note_stop(match.id);
  output.text += fmt::format("event breakpoint {}: event {} {}\n{}", match.id, match.event,
                             inspect::event_text(session.events().at(match.event)),
                             event_words(*this, match.event));
  const TraceContext* context = trace_context();
  if (context == nullptr) return;
  for (const StepKind kind : {StepKind::kEnded, StepKind::kSuspended, StepKind::kResumed}) {
    const TaskStep* step = context->steps().find(match.event, kind);
    if (step != nullptr) chosen_task = step->task;
  }
}

std::string Shell::moment_line() {
  return fmt::format("[{}] ", session.moment());
}

const analysis::Analysis* Shell::analysis() {
  if (!analysis_tried_) {
    auto opened = analysis_soon_.valid() ? analysis_soon_.get()
                                         : analysis::Analysis::open(session.options().trace_path);
    if (opened) analysis_.emplace(std::move(*opened));
  }
  analysis_tried_ = true;
  return analysis_ ? &*analysis_ : nullptr;
}

const analysis::Analysis* Shell::analysis_if_ready() {
  if (!analysis_tried_ && !analysis_soon_.valid()) {
    analysis_soon_ = std::async(std::launch::async, [path = session.options().trace_path] {
      return analysis::Analysis::open(path);
    });
  }
  const bool ready = analysis_tried_ || analysis_soon_.wait_for(0s) == std::future_status::ready;
  return ready ? analysis() : nullptr;
}

const TraceContext* Shell::trace_context() {
  if (context_ == nullptr && analysis() != nullptr)
    context_ = std::make_unique<TraceContext>(*analysis(), session.events());
  return context_.get();
}

const std::vector<trace::ProcessRow>& Shell::process_rows() {
  if (!process_rows_) {
    auto reader = trace::TraceReader::open(session.options().trace_path);
    process_rows_ = reader ? trace::list_processes(*reader) : std::vector<trace::ProcessRow>();
  }
  return *process_rows_;
}

bool Shell::interrupted() {
  return session.travel([](travel::Traveller& traveller) { return traveller.interrupted(); });
}

/// Thread and frame. At an event, and inside of weft's own code: the innermost frame of the
/// program's own that has source.
std::string Shell::source_text() {
  SourceDebugger& source = *session.source();
  const std::string text = without_notes(source.where());
  const bool at_event = session.here().before_event();
  if (!source.stands_in_weft() && (!at_event || source.has_source())) return with_short_frame(text);
  source.select_user_frame();
  return text.substr(0, text.find('\n') + 1) +
         with_short_frame("    " + source.command("frame select").text);
}

std::string Shell::stop_text(const std::string& reason) {
  told_stop_ = true;
  const EventIndex moment = session.moment();
  if (session.source() != nullptr) return moment_line() + source_text();
  std::string text = fmt::format("[{}] {}\n", moment, reason);
  if (moment < session.events().end())
    text += fmt::format("  next: {}\n", inspect::event_text(session.events().at(moment)));
  return text;
}

CommandOutput Shell::jump_silently(const travel::Instant& instant, const std::string& reason) {
  session.source();
  const Status went = session.go(instant, reason);
  chosen_task.reset();
  return went ? success(stop_text(reason)) : failure(went.error());
}

CommandOutput Shell::jump(const travel::Instant& instant, const std::string& reason) {
  remember(session.here());
  return jump_silently(instant, reason);
}

void Shell::remember(const travel::Instant& instant) {
  past.push_back(instant);
  future.clear();
}

std::string Shell::prompt() {
  const EventIndex moment = session.moment();
  // A long recording takes a while to analyse: the first prompts do without.
  const auto task = analysis_if_ready() != nullptr ? focus_task() : std::nullopt;
  std::string text = fmt::format("(weft {}", moment);
  if (session.processes().size() > 1) text += fmt::format(" process {}", session.process());
  if (task) {
    const auto request = analysis()->request_of(*task, moment);
    if (request != kNone) text += fmt::format(" request {}", request + 1);
    const analysis::TaskId id = analysis()->model().tasks[*task].id;
    if (id != kNone) text += fmt::format(" task {}", id);
  }
  return text + ") ";
}

std::optional<analysis::TaskIndex> Shell::focus_task() {
  if (analysis() == nullptr || !analysis()->has_async_events()) return std::nullopt;
  if (chosen_task) return chosen_task;
  const trace::ThreadNumber thread = session.travel(
      [](travel::Traveller& traveller) { return traveller.program().current_thread(); });
  const auto task = analysis()->current_task(thread, session.moment());
  return task == kNone ? std::nullopt : std::optional(task);
}

std::vector<std::string> Shell::complete(const std::string& line) {
  std::vector<std::string> words;
  if (line.find(' ') == std::string::npos) {
    for (const auto table : commands) {
      for (const Command& command : table) {
        if (std::string_view(command.name).substr(0, line.size()) == line)
          words.emplace_back(command.name);
      }
    }
  }
  if (SourceDebugger* source = session.source(); source != nullptr) {
    for (std::string& word : source->complete(line)) words.push_back(std::move(word));
  }
  return words;
}

}  // namespace weft::shell
