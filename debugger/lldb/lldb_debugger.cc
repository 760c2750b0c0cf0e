/// LLDB through its SB API. The only code that includes LLDB's headers.
///
/// LLDB talks to weft's own server (debugger/remote), over a socket pair in this process, and so
/// sees a program that consists of the program's threads and nothing of weft. The modules are
/// placed by hand: the trace knows which file lay where; the program's own list of them is that of
/// one moment.
#include <fmt/format.h>
#include <lldb/API/LLDB.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "debugger/lldb/breakpoint_places.h"
#include "debugger/lldb/enabled_stops.h"
#include "debugger/lldb/function_lines.h"
#include "debugger/lldb/loaded_modules.h"
#include "debugger/lldb/notes_on_symbols.h"
#include "debugger/lldb/set_breakpoints.h"
#include "debugger/lldb/stack_frames.h"
#include "debugger/lldb/values/brief_value.h"
#include "debugger/lldb/values/error_words.h"
#include "debugger/lldb/values/program_names.h"
#include "debugger/lldb/values/program_values.h"
#include "debugger/lldb/values/value_tree.h"
#include "debugger/lldb/values/watch_line.h"
#include "debugger/shell/source/source_debugger.h"

namespace weft::source {
namespace {

using shell::CommandOutput;
using shell::FrameLines;
using shell::SourceBreakpoint;
using shell::SourceOptions;
using shell::SourceWatch;

constexpr const char* kTriple = "x86_64-pc-linux-gnu";

constexpr uint32_t kMostFrames = 4096;

/// LLDB numbers threads as it comes to see them: a thread's name is its number in the recording.
constexpr const char* kFormats[] = {
    "settings set thread-stop-format \"thread ${thread.name}{, ${thread.stop-reason}}\\n\"",
    "settings set thread-format \"thread ${thread.name}{, ${thread.stop-reason}}\\n\"",
    ("settings set frame-format \"frame #${frame.index}: {${module.file.basename}}"
     "{`${function.name-with-args}}{ at ${line.file.basename}:${line.number}}\\n\""),
    "settings set target.process.thread.step-avoid-regexp \"^(std::|weft::)\"",
};
/// Two recordings of the same program print the same.
constexpr const char* kStableFormat = "settings set stop-disassembly-display never";

class LldbDebugger : public shell::SourceDebugger {
 public:
  /// What went wrong, or empty.
  std::string start(const SourceOptions& options);
  ~LldbDebugger() override;

  CommandOutput command(const std::string& line) override;
  std::string full_command(const std::string& line) override;
  bool knows(const std::string& word) override;
  void refresh(travel::ShownThread thread) override;
  void place(const std::vector<shell::LoadedModule>& modules) override;
  bool select_thread(travel::ShownThread thread) override;
  travel::ShownThread selected_thread() override;
  uint32_t thread_index(travel::ShownThread thread) override;
  bool ended_a_step() override;
  std::string where() override;
  shell::BreakAnswer break_at(const shell::BreakRequest& request) override;
  void remove_breakpoints(const std::vector<int>& ids) override;
  bool set_condition(int id, const std::string& condition) override;
  std::vector<SourceBreakpoint> breakpoints() override;
  std::vector<SourceWatch> watches() override;
  std::string change_text(int watch_id, const std::vector<std::byte>& before) override;
  bool holds(const std::string& condition) override;
  void select_user_frame() override;
  bool stands_in_weft() override;
  bool has_source() override;
  unsigned selected_frame_number() override;
  std::optional<shell::StackFrame> selected_frame() override;
  std::vector<shell::StackFrame> stack() override;
  shell::StackFrame frame_at(Address pc) override {
    return frame_of_code(target_.ResolveLoadAddress(pc.value()), target_);
  }
  CommandOutput variables(shell::VariableKind which) override;
  CommandOutput type_text(const std::string& what, shell::TypeDetail detail) override;
  std::string named_value(const std::string& expression) override {
    return source::named_value(process_.GetSelectedThread().GetSelectedFrame(), expression);
  }
  shell::ValuePlace place_of(const std::string& expression) override;
  std::string value_text(const shell::ValuePlace& place) override;
  std::string coroutine_locals(Address frame) override;
  shell::ValueBrowser& values() override { return values_; }
  std::optional<FrameLines> frame_lines(unsigned index) override;
  std::optional<FrameLines> function_lines(Address address) override;
  std::optional<Call> call_of_frame() override;
  std::optional<Line> line_of(Address address) override;
  Address instruction_before(Address address) override;
  std::optional<Instruction> decode(Address address, std::span<const std::byte> code) override {
    return decoded(target_, address, code);
  }
  std::vector<std::string> complete(const std::string& line) override;

 private:
  void settle(const SourceOptions& options);
  CommandOutput handle(const std::string& line);
  std::string said_aside();
  bool await_stop(lldb::SBListener listener);
  void forget_steps();
  lldb::SBFrame frame(unsigned index);

  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, CloseFile> aside_;  ///< what LLDB prints besides results
  lldb::SBDebugger debugger_;
  lldb::SBTarget target_;
  lldb::SBProcess process_;
  ValueTree values_{process_};
  BreakpointPlaces places_;
  std::vector<lldb::SBType> types_;  ///< of the places that place_of() gave out
};

std::string LldbDebugger::start(const SourceOptions& options) {
  lldb::SBDebugger::Initialize();
  debugger_ = lldb::SBDebugger::Create(false);
  if (!debugger_.IsValid()) return "LLDB does not start";
  debugger_.SetAsync(false);
  debugger_.SetUseColor(options.colours);
  // What breakpoint commands, stop hooks and broken conditions say is no result of a command.
  aside_.reset(std::tmpfile());
  debugger_.SetOutputFileHandle(aside_.get(), false);
  debugger_.SetErrorFileHandle(aside_.get(), false);
  settle(options);
  lldb::SBError error;
  target_ = debugger_.CreateTarget(options.program.c_str(), kTriple, "remote-linux", false, error);
  if (!target_.IsValid()) return text_of(error.GetCString());
  for (const std::string& file : options.files) {
    if (!target_.FindModule(lldb::SBFileSpec(file.c_str(), false)).IsValid())
      target_.AddModule(file.c_str(), kTriple, nullptr);
  }
  for (const auto& [file, debug] : options.debug_files)
    command(fmt::format("target symbols add -s \"{}\" \"{}\"", file, debug));
  lldb::SBListener listener = debugger_.GetListener();
  const std::string url = fmt::format("fd://{}", options.connection);
  process_ = target_.ConnectRemote(listener, url.c_str(), "gdb-remote", error);
  if (!process_.IsValid() || error.Fail()) return text_of(error.GetCString());
  return await_stop(listener) ? "" : "LLDB does not connect";
}

/// The state becomes known with the event of the first stop. No time limit: on a busy machine it
/// takes as long as it takes, and a server that is gone is an event too.
bool LldbDebugger::await_stop(lldb::SBListener listener) {
  lldb::SBEvent event;
  while (process_.GetState() != lldb::eStateStopped) {
    if (process_.GetState() == lldb::eStateExited || process_.GetState() == lldb::eStateDetached)
      return false;
    listener.WaitForEvent(UINT32_MAX, event);
  }
  return true;
}

LldbDebugger::~LldbDebugger() {
  if (process_.IsValid()) process_.Detach();
  lldb::SBDebugger::Destroy(debugger_);
}

void LldbDebugger::settle(const SourceOptions& options) {
  for (const char* setting : kFormats) command(setting);
  if (options.stable_output) command(kStableFormat);
  command("settings set auto-confirm true");
  command("settings set target.auto-install-main-executable false");
  // The network is asked only if the user has said where.
  const char* servers = std::getenv("DEBUGINFOD_URLS");
  const bool asks = servers != nullptr && servers[0] != '\0';
  command(fmt::format("settings set symbols.enable-external-lookup {}", asks));
  for (const std::string& folder : options.symbol_folders)
    command(fmt::format("settings append target.debug-file-search-paths \"{}\"", folder));
  // weft's server is in this process, and may have a search to end before it answers.
  command("settings set plugin.process.gdb-remote.packet-timeout 86400");
  if (options.reads_init_file) {
    lldb::SBCommandReturnObject ignored;
    debugger_.GetCommandInterpreter().SourceInitFileInHomeDirectory(ignored);
  }
  for (const auto& [from, to] : options.source_map) {
    command(fmt::format("settings append target.source-map \"{}\" \"{}\"", from, to));
  }
}

void LldbDebugger::place(const std::vector<shell::LoadedModule>& modules) {
  place_modules(target_, modules);
}

std::string LldbDebugger::full_command(const std::string& line) {
  lldb::SBCommandReturnObject resolved;
  debugger_.GetCommandInterpreter().ResolveCommand(line.c_str(), resolved);
  const std::string full = text_of(resolved.GetOutput());
  return resolved.Succeeded() && !full.empty() ? full : line;
}

CommandOutput LldbDebugger::handle(const std::string& line) {
  lldb::SBCommandReturnObject result;
  debugger_.GetCommandInterpreter().HandleCommand(line.c_str(), result, false);
  return {result.Succeeded(), said_aside() + text_of(result.GetOutput()),
          error_words(text_of(result.GetError()))};
}

CommandOutput LldbDebugger::command(const std::string& line) {
  const bool watches = !line.empty() && line[0] == 'w';
  CommandOutput output =
      handle(watches ? watch_line(process_.GetSelectedThread().GetSelectedFrame(), line,
                                  full_command(line))
                     : line);
  output.text = without_frame_arguments(std::move(output.text)) + places_.mend(target_);
  return output;
}

shell::BreakAnswer LldbDebugger::break_at(const shell::BreakRequest& request) {
  const uint32_t before = target_.GetNumBreakpoints();
  shell::BreakAnswer answer;
  answer.output.text = break_in_bodies(target_, request.place);
  if (request.line != 0) break_at_line(target_, request.place, request.line);
  if (target_.GetNumBreakpoints() == before)
    answer.output = command("_regexp-break " + request.place);
  answer.output.text += places_.mend(target_);
  for (uint32_t i = before; i < target_.GetNumBreakpoints(); ++i) {
    lldb::SBBreakpoint breakpoint = target_.GetBreakpointAtIndex(i);
    if (!request.condition.empty()) breakpoint.SetCondition(request.condition.c_str());
    breakpoint.SetOneShot(request.once);
    answer.ids.push_back(breakpoint.GetID());
  }
  return answer;
}

void LldbDebugger::remove_breakpoints(const std::vector<int>& ids) {
  for (const int id : ids) target_.BreakpointDelete(id);
}

bool LldbDebugger::set_condition(int id, const std::string& condition) {
  const char* text = condition.empty() ? nullptr : condition.c_str();
  lldb::SBBreakpoint breakpoint = target_.FindBreakpointByID(id);
  lldb::SBWatchpoint watch = target_.FindWatchpointByID(id);
  if (breakpoint.IsValid()) {
    breakpoint.SetCondition(text);
  } else if (watch.IsValid()) {
    watch.SetCondition(text);
  }
  return breakpoint.IsValid() || watch.IsValid();
}

/// What LLDB has printed since the last time.
std::string LldbDebugger::said_aside() {
  if (aside_ == nullptr) return "";
  std::fflush(aside_.get());
  const int fd = ::fileno(aside_.get());
  const off_t bytes = ::lseek(fd, 0, SEEK_END);
  if (bytes <= 0) return "";
  std::string text(static_cast<size_t>(bytes), '\0');
  const ssize_t read = ::pread(fd, text.data(), text.size(), 0);
  text.resize(static_cast<size_t>(std::max<ssize_t>(read, 0)));
  if (::ftruncate(fd, 0) == 0) (void)std::fseek(aside_.get(), 0, SEEK_SET);
  return without_notes_on_symbols(text);
}

bool LldbDebugger::knows(const std::string& word) {
  lldb::SBCommandReturnObject resolved;
  debugger_.GetCommandInterpreter().ResolveCommand(word.c_str(), resolved);
  return resolved.Succeeded();
}

/// With no breakpoint in its way LLDB lets all threads go at once, and takes the stop as it comes;
/// where a thread stands at one, it would make that thread alone step first.
void LldbDebugger::refresh(travel::ShownThread thread) {
  std::vector<lldb::SBBreakpoint> enabled;
  for (uint32_t i = 0; i < target_.GetNumBreakpoints(); ++i) {
    if (target_.GetBreakpointAtIndex(i).IsEnabled())
      enabled.push_back(target_.GetBreakpointAtIndex(i));
  }
  for (lldb::SBBreakpoint& breakpoint : enabled) breakpoint.SetEnabled(false);
  forget_steps();
  process_.Continue();
  for (lldb::SBBreakpoint& breakpoint : enabled) breakpoint.SetEnabled(true);
  select_thread(thread);
}

bool LldbDebugger::select_thread(travel::ShownThread thread) {
  return process_.SetSelectedThreadByID(thread.id());
}

travel::ShownThread LldbDebugger::selected_thread() {
  const auto id = static_cast<int64_t>(process_.GetSelectedThread().GetThreadID());
  return travel::ShownThread::of_id(id).value_or(travel::ShownThread());
}

uint32_t LldbDebugger::thread_index(travel::ShownThread thread) {
  lldb::SBThread found = process_.GetThreadByID(thread.id());
  return found.IsValid() ? found.GetIndexID() : 0;
}

bool LldbDebugger::ended_a_step() {
  const lldb::StopReason reason = process_.GetSelectedThread().GetStopReason();
  return reason == lldb::eStopReasonPlanComplete || reason == lldb::eStopReasonTrace;
}

/// A step that something interrupted would be carried on by the next continue. Not from elsewhere.
void LldbDebugger::forget_steps() {
  for (uint32_t i = 0; i < process_.GetNumThreads(); ++i) {
    process_.SetSelectedThread(process_.GetThreadAtIndex(i));
    handle("thread plan discard 1");
  }
}

std::string LldbDebugger::where() {
  return command("process status").text;
}

std::vector<SourceBreakpoint> LldbDebugger::breakpoints() {
  return enabled_breakpoints(target_);
}

std::vector<SourceWatch> LldbDebugger::watches() {
  return enabled_watches(target_);
}

std::string LldbDebugger::change_text(int watch_id, const std::vector<std::byte>& before) {
  return source::change_text(target_.FindWatchpointByID(watch_id), target_, before);
}

lldb::SBFrame LldbDebugger::frame(unsigned index) {
  return process_.GetSelectedThread().GetFrameAtIndex(index);
}

bool LldbDebugger::holds(const std::string& condition) {
  lldb::SBFrame selected = process_.GetSelectedThread().GetSelectedFrame();
  lldb::SBValue value = selected.EvaluateExpression(condition.c_str());
  return value.GetError().Fail() || value.GetValueAsUnsigned(0) != 0;
}

void LldbDebugger::select_user_frame() {
  lldb::SBThread thread = process_.GetSelectedThread();
  if (const auto number = user_frame(thread, target_)) thread.SetSelectedFrame(*number);
}

bool LldbDebugger::stands_in_weft() {
  return is_weft_source(frame(0).GetLineEntry().GetFileSpec());
}

bool LldbDebugger::has_source() {
  return frame(0).GetLineEntry().IsValid() &&
         owner_of(frame(0), target_) == shell::CodeOwner::kProgram;
}

unsigned LldbDebugger::selected_frame_number() {
  lldb::SBFrame selected = process_.GetSelectedThread().GetSelectedFrame();
  return selected.IsValid() ? selected.GetFrameID() : 0;
}

std::optional<shell::StackFrame> LldbDebugger::selected_frame() {
  lldb::SBFrame selected = process_.GetSelectedThread().GetSelectedFrame();
  if (!selected.IsValid()) return std::nullopt;
  shell::StackFrame frame = stack_frame(selected, target_);
  frame.selected = true;
  return frame;
}

std::vector<shell::StackFrame> LldbDebugger::stack() {
  return stack_frames(process_.GetSelectedThread(), target_, kMostFrames);
}

CommandOutput LldbDebugger::variables(shell::VariableKind which) {
  lldb::SBFrame selected = process_.GetSelectedThread().GetSelectedFrame();
  if (!selected.GetFunction().IsValid())
    return {false, "", "there is no debug information here, so variables are not known"};
  const std::string text = variables_text(selected, which);
  return {true, text.empty() ? "none\n" : text, ""};
}

std::string LldbDebugger::coroutine_locals(Address frame) {
  return source::coroutine_locals(process_, target_, frame);
}

CommandOutput LldbDebugger::type_text(const std::string& what, shell::TypeDetail detail) {
  const std::string text =
      source::type_text(process_.GetSelectedThread().GetSelectedFrame(), target_, what, detail);
  if (text.empty()) return {false, "", what + " is neither an expression nor a type here"};
  return {true, text, ""};
}

shell::ValuePlace LldbDebugger::place_of(const std::string& expression) {
  Located located = locate(process_.GetSelectedThread().GetSelectedFrame(), expression);
  located.place.type = static_cast<int>(types_.size());
  types_.push_back(located.type);
  return located.place;
}

std::string LldbDebugger::value_text(const shell::ValuePlace& place) {
  lldb::SBType type = types_.at(static_cast<size_t>(place.type));
  lldb::SBValue value = target_.CreateValueFromAddress(
      "value", lldb::SBAddress(place.address.value(), target_), type);
  return brief_value(value, kShownLevels);
}

std::optional<FrameLines> LldbDebugger::frame_lines(unsigned index) {
  lldb::SBFrame at = frame(index);
  lldb::SBFunction function = at.GetFunction();
  lldb::SBLineEntry place = at.GetLineEntry();
  if (!at.IsValid() || !function.IsValid() || !place.IsValid()) return std::nullopt;
  FrameLines lines = lines_of(at.GetPCAddress(), target_);
  lines.file = text_of(place.GetFileSpec().GetFilename());
  lines.line = place.GetLine();
  lines.pc = Address(at.GetPC());
  lines.cfa = Address(at.GetCFA());
  lines.sp = std::min(Address(at.GetSP()), lines.cfa - frame_bytes(at.GetPCAddress(), target_));
  return lines;
}

std::optional<FrameLines> LldbDebugger::function_lines(Address address) {
  lldb::SBAddress place = target_.ResolveLoadAddress(address.value());
  lldb::SBFunction function = place.GetFunction();
  if (!function.IsValid()) return std::nullopt;
  FrameLines lines = lines_of(place, target_);
  const lldb::SBLineEntry first = target_.ResolveLoadAddress(lines.entry.value()).GetLineEntry();
  lines.file = text_of(first.GetFileSpec().GetFilename());
  lines.line = first.GetLine();
  std::erase_if(lines.starts, [&](const FrameLines::Start& start) {  // of inlined functions
    return line_of(start.address)->file != lines.file;
  });
  return lines;
}

std::optional<shell::SourceDebugger::Call> LldbDebugger::call_of_frame() {
  unsigned index = 0;
  while (frame(index).IsInlined()) ++index;
  lldb::SBFrame own = frame(index);
  lldb::SBFrame caller = frame(index + 1);
  if (!caller.IsValid()) return std::nullopt;
  return Call{instruction_before(Address(caller.GetPC())), Address(own.GetCFA())};
}

std::optional<shell::SourceDebugger::Line> LldbDebugger::line_of(Address address) {
  lldb::SBAddress place = target_.ResolveLoadAddress(address.value());
  lldb::SBLineEntry entry = place.GetLineEntry();
  if (!entry.IsValid() || entry.GetLine() == 0) return std::nullopt;
  return Line{short_function_name(text_of(place.GetFunction().GetDisplayName())),
              text_of(entry.GetFileSpec().GetFilename()), entry.GetLine(),
              entry.GetStartAddress().GetLoadAddress(target_) == address.value()};
}

Address LldbDebugger::instruction_before(Address address) {
  return instruction_that_ends_at(address, target_).value_or(Address());
}

std::vector<std::string> LldbDebugger::complete(const std::string& line) {
  lldb::SBStringList matches;
  debugger_.GetCommandInterpreter().HandleCompletion(
      line.c_str(), static_cast<uint32_t>(line.size()), 0, -1, matches);
  std::vector<std::string> words;
  for (uint32_t i = 1; i < matches.GetSize(); ++i) {  // the first is what all have in common
    words.emplace_back(matches.GetStringAtIndex(i));
  }
  return words;
}

}  // namespace
}  // namespace weft::source

extern "C" __attribute__((visibility("default"))) weft::shell::SourceDebugger*
weft_make_source_debugger(const weft::shell::SourceOptions& options, std::string& error) {
  auto debugger = std::make_unique<weft::source::LldbDebugger>();
  error = debugger->start(options);
  return error.empty() ? debugger.release() : nullptr;
}
