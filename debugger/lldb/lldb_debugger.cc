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

#include "debugger/lldb/brief_value.h"
#include "debugger/shell/source/source_debugger.h"

namespace weft::source {
namespace {

using shell::CommandOutput;
using shell::FrameLines;
using shell::SourceBreakpoint;
using shell::SourceOptions;
using shell::SourceWatch;

constexpr const char* kTriple = "x86_64-pc-linux-gnu";

constexpr uint32_t kFramesLookedAt = 64;
constexpr int kShownLevels = 2;  ///< of a variable

/// Formats without addresses: two recordings of the same program print the same.
constexpr const char* kStableFormats[] = {
    "settings set stop-disassembly-display never",
    "settings set thread-stop-format \"thread ${thread.name}{, ${thread.stop-reason}}\\n\"",
    "settings set thread-format \"thread ${thread.name}{, ${thread.stop-reason}}\\n\"",
    ("settings set frame-format \"frame #${frame.index}: {${module.file.basename}}"
     "{`${function.name-with-args}}{ at ${line.file.basename}:${line.number}}\\n\""),
};

class LldbDebugger : public shell::SourceDebugger {
 public:
  /// What went wrong, or empty.
  std::string start(const SourceOptions& options);
  ~LldbDebugger() override;

  CommandOutput command(const std::string& line) override;
  bool knows(const std::string& word) override;
  void refresh(uint32_t thread) override;
  void place(const std::vector<shell::LoadedModule>& modules) override;
  bool select_thread(uint32_t thread) override;
  uint32_t selected_thread() override;
  bool ended_a_step() override;
  std::string where() override;
  std::vector<SourceBreakpoint> breakpoints() override;
  std::vector<SourceWatch> watches() override;
  std::string change_text(int watch_id, const std::vector<std::byte>& before) override;
  bool holds(const std::string& condition) override;
  void select_user_frame() override;
  std::string coroutine_locals(uint64_t frame_address) override;
  std::optional<FrameLines> frame_lines(unsigned index) override;
  std::optional<FrameLines> function_lines(uint64_t address) override;
  std::optional<Call> call_of_frame() override;
  std::optional<Line> line_of(uint64_t address) override;
  uint64_t instruction_before(uint64_t address) override;
  std::vector<std::string> complete(const std::string& line) override;

 private:
  void settle(const SourceOptions& options);
  std::string said_aside();
  bool await_stop(lldb::SBListener listener);
  void forget_steps();
  std::string with_every_write(const std::string& line);
  lldb::SBFrame frame(unsigned index);
  uint64_t frame_bytes(lldb::SBFunction function);
  FrameLines lines_of(lldb::SBFunction function, lldb::SBCompileUnit unit);

  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, CloseFile> aside_;  ///< what LLDB prints besides results
  lldb::SBDebugger debugger_;
  lldb::SBTarget target_;
  lldb::SBProcess process_;
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
  if (options.stable_output) {
    for (const char* setting : kStableFormats) command(setting);
  }
  command("settings set auto-confirm true");
  command("settings set target.auto-install-main-executable false");
  command("settings set symbols.enable-external-lookup false");
  // weft's server is in this process, and may have a search to end before it answers.
  command("settings set plugin.process.gdb-remote.packet-timeout 86400");
  for (const auto& [from, to] : options.source_map) {
    command(fmt::format("settings append target.source-map \"{}\" \"{}\"", from, to));
  }
}

void LldbDebugger::place(const std::vector<shell::LoadedModule>& modules) {
  for (uint32_t i = 0; i < target_.GetNumModules(); ++i) {
    lldb::SBModule module = target_.GetModuleAtIndex(i);
    const lldb::SBFileSpec path = module.GetFileSpec();
    const bool stays = std::any_of(modules.begin(), modules.end(), [&](const auto& one) {
      return lldb::SBFileSpec(one.path.c_str(), false) == path;
    });
    if (!stays) target_.ClearModuleLoadAddress(module);
  }
  for (const shell::LoadedModule& file : modules) {
    lldb::SBModule module = target_.FindModule(lldb::SBFileSpec(file.path.c_str(), false));
    const uint64_t load = module.GetObjectFileHeaderAddress().GetLoadAddress(target_);
    if (!module.IsValid() || load == file.base) continue;
    target_.ClearModuleLoadAddress(module);  // or breakpoints would stay where they are
    const uint64_t linked_at = module.GetObjectFileHeaderAddress().GetFileAddress();
    const uint64_t slide = file.base - (linked_at == LLDB_INVALID_ADDRESS ? 0 : linked_at);
    target_.SetModuleLoadAddress(module, static_cast<int64_t>(slide));
  }
}

/// LLDB passes over a write that leaves what it has last seen there, which it may have seen later.
/// A watchpoint that the user did not say more of stops at every write, in both directions.
std::string LldbDebugger::with_every_write(const std::string& line) {
  if (line.empty() || line[0] != 'w' || line.find(" -w") != std::string::npos ||
      line.find(" --watch") != std::string::npos) {
    return line;
  }
  lldb::SBCommandReturnObject resolved;
  debugger_.GetCommandInterpreter().ResolveCommand(line.c_str(), resolved);
  const std::string full = text_of(resolved.GetOutput());
  for (const std::string_view command : {"watchpoint set variable", "watchpoint set expression"}) {
    if (full.starts_with(command))
      return fmt::format("{} -w write{}", command, full.substr(command.size()));
  }
  return line;
}

CommandOutput LldbDebugger::command(const std::string& line) {
  lldb::SBCommandReturnObject result;
  debugger_.GetCommandInterpreter().HandleCommand(with_every_write(line).c_str(), result, false);
  return {result.Succeeded(), said_aside() + text_of(result.GetOutput()),
          text_of(result.GetError())};
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
  if (::ftruncate(fd, 0) == 0) std::rewind(aside_.get());
  return text;
}

bool LldbDebugger::knows(const std::string& word) {
  lldb::SBCommandReturnObject resolved;
  debugger_.GetCommandInterpreter().ResolveCommand(word.c_str(), resolved);
  return resolved.Succeeded();
}

/// With no breakpoint in its way LLDB lets all threads go at once, and takes the stop as it comes;
/// where a thread stands at one, it would make that thread alone step first.
void LldbDebugger::refresh(uint32_t thread) {
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

bool LldbDebugger::select_thread(uint32_t thread) {
  return process_.SetSelectedThreadByID(thread + 1);  // LldbServer's numbers begin at 1
}

uint32_t LldbDebugger::selected_thread() {
  return static_cast<uint32_t>(process_.GetSelectedThread().GetThreadID()) - 1;
}

bool LldbDebugger::ended_a_step() {
  const lldb::StopReason reason = process_.GetSelectedThread().GetStopReason();
  return reason == lldb::eStopReasonPlanComplete || reason == lldb::eStopReasonTrace;
}

/// A step that something interrupted would be carried on by the next continue. Not from elsewhere.
void LldbDebugger::forget_steps() {
  for (uint32_t i = 0; i < process_.GetNumThreads(); ++i) {
    process_.SetSelectedThread(process_.GetThreadAtIndex(i));
    command("thread plan discard 1");
  }
}

std::string LldbDebugger::where() {
  return command("process status").text;
}

std::vector<SourceBreakpoint> LldbDebugger::breakpoints() {
  std::vector<SourceBreakpoint> all;
  for (uint32_t i = 0; i < target_.GetNumBreakpoints(); ++i) {
    lldb::SBBreakpoint breakpoint = target_.GetBreakpointAtIndex(i);
    if (!breakpoint.IsEnabled()) continue;
    SourceBreakpoint one{breakpoint.GetID(), {}, text_of(breakpoint.GetCondition())};
    for (size_t j = 0; j < breakpoint.GetNumLocations(); ++j) {
      lldb::SBBreakpointLocation location = breakpoint.GetLocationAtIndex(static_cast<uint32_t>(j));
      const lldb::addr_t address = location.GetLoadAddress();
      if (location.IsEnabled() && address != LLDB_INVALID_ADDRESS) one.addresses.insert(address);
    }
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<SourceWatch> LldbDebugger::watches() {
  std::vector<SourceWatch> all;
  for (uint32_t i = 0; i < target_.GetNumWatchpoints(); ++i) {
    lldb::SBWatchpoint watch = target_.GetWatchpointAtIndex(i);
    if (!watch.IsEnabled()) continue;
    all.push_back({watch.GetID(), watch.GetWatchAddress(), watch.GetWatchSize(),
                   watch.IsWatchingReads(), text_of(watch.GetCondition())});
  }
  return all;
}

/// The type that the watched memory has; LLDB tells from version 17 on.
template <class Watchpoint>
lldb::SBType type_of(Watchpoint& watch) {
  if constexpr (requires { watch.GetType(); }) return watch.GetType();
  return {};
}

std::string LldbDebugger::change_text(int watch_id, const std::vector<std::byte>& before) {
  lldb::SBWatchpoint watch = target_.FindWatchpointByID(watch_id);
  lldb::SBType type = type_of(watch);
  if (!type.IsValid() || type.GetByteSize() != before.size())
    type = target_.GetBasicType(before.size() == 8   ? lldb::eBasicTypeUnsignedLong
                                : before.size() == 4 ? lldb::eBasicTypeUnsignedInt
                                : before.size() == 2 ? lldb::eBasicTypeUnsignedShort
                                                     : lldb::eBasicTypeUnsignedChar);
  lldb::SBError error;
  lldb::SBData data;
  data.SetData(error, before.data(), before.size(), target_.GetByteOrder(),
               static_cast<uint8_t>(target_.GetAddressByteSize()));
  lldb::SBValue old = target_.CreateValueFromData("old", data, type);
  lldb::SBValue now = target_.CreateValueFromAddress(
      "now", lldb::SBAddress(watch.GetWatchAddress(), target_), type);
  return fmt::format("old value: {}\nnew value: {}\n", brief_value(old, kShownLevels),
                     brief_value(now, kShownLevels));
}

lldb::SBFrame LldbDebugger::frame(unsigned index) {
  return process_.GetSelectedThread().GetFrameAtIndex(index);
}

bool LldbDebugger::holds(const std::string& condition) {
  lldb::SBFrame selected = process_.GetSelectedThread().GetSelectedFrame();
  lldb::SBValue value = selected.EvaluateExpression(condition.c_str());
  return value.GetError().Fail() || value.GetValueAsUnsigned(0) != 0;
}

/// Libraries' and weft's own code between the program's: nobody wants to land there.
void LldbDebugger::select_user_frame() {
  lldb::SBThread thread = process_.GetSelectedThread();
  for (uint32_t i = 0; i < thread.GetNumFrames() && i < kFramesLookedAt; ++i) {
    lldb::SBFileSpec file = thread.GetFrameAtIndex(i).GetLineEntry().GetFileSpec();
    const std::string folder = text_of(file.GetDirectory());
    if (folder.empty() || folder.starts_with("/usr/") ||
        folder.find("weft/instrument") != std::string::npos ||
        folder.find("weft/abi") != std::string::npos) {
      continue;
    }
    thread.SetSelectedFrame(i);
    return;
  }
}

/// The frame of a suspended coroutine begins with the address of its resume function, which gets
/// the frame as its argument (g++), or has it as a variable (clang): so the frame's type is known.
std::string LldbDebugger::coroutine_locals(uint64_t frame_address) {
  lldb::SBError error;
  const uint64_t resume = process_.ReadPointerFromMemory(frame_address, error);
  lldb::SBFunction function = target_.ResolveLoadAddress(resume).GetFunction();
  if (error.Fail() || !function.IsValid()) return "";
  lldb::SBType type =
      function.GetType().GetFunctionArgumentTypes().GetTypeAtIndex(0).GetPointeeType();
  if (!type.IsValid() || type.GetNumberOfFields() == 0) {
    const std::string name = text_of(function.GetMangledName());
    type = target_.FindFirstType((name.substr(0, name.find('.')) + ".coro_frame_ty").c_str());
  }
  lldb::SBValue frame =
      target_.CreateValueFromAddress("frame", lldb::SBAddress(frame_address, target_), type);
  std::string text;
  for (uint32_t i = 0; i < frame.GetNumChildren(); ++i) {
    lldb::SBValue member = frame.GetChildAtIndex(i);
    const std::string name = frame_member_name(text_of(member.GetName()));
    if (name.empty()) continue;
    text += fmt::format("  ({}) {} = {}\n", text_of(member.GetDisplayTypeName()), name,
                        brief_value(member, kShownLevels));
  }
  return text;
}

/// How much of the stack a frame of the function takes, return address included, when it calls:
/// optimized code has already given it back at a tail call. Some when it is not known.
uint64_t LldbDebugger::frame_bytes(lldb::SBFunction function) {
  uint64_t bytes = sizeof(uint64_t);
  lldb::SBInstructionList list = function.GetInstructions(target_);
  for (uint32_t i = 0; i < list.GetSize(); ++i) {
    lldb::SBInstruction instruction = list.GetInstructionAtIndex(i);
    const std::string name = text_of(instruction.GetMnemonic(target_));
    const std::string operands = text_of(instruction.GetOperands(target_));
    if (name.starts_with("call") || name.starts_with("pop")) break;
    if (name.starts_with("push")) bytes += sizeof(uint64_t);
    if (name.starts_with("sub") && operands.find(", %rsp") != std::string::npos)
      bytes += std::strtoull(operands.c_str() + 1, nullptr, 0);  // "$0x18, %rsp"
  }
  return bytes;
}

std::optional<FrameLines> LldbDebugger::frame_lines(unsigned index) {
  lldb::SBFrame at = frame(index);
  lldb::SBFunction function = at.GetFunction();
  lldb::SBLineEntry place = at.GetLineEntry();
  if (!at.IsValid() || !function.IsValid() || !place.IsValid()) return std::nullopt;
  FrameLines lines = lines_of(function, at.GetCompileUnit());
  lines.file = text_of(place.GetFileSpec().GetFilename());
  lines.line = place.GetLine();
  lines.pc = at.GetPC();
  lines.cfa = at.GetCFA();
  lines.sp = std::min(at.GetSP(), lines.cfa - frame_bytes(function));
  return lines;
}

std::optional<FrameLines> LldbDebugger::function_lines(uint64_t address) {
  lldb::SBAddress place = target_.ResolveLoadAddress(address);
  lldb::SBFunction function = place.GetFunction();
  if (!function.IsValid()) return std::nullopt;
  FrameLines lines = lines_of(function, place.GetCompileUnit());
  const lldb::SBLineEntry first = function.GetStartAddress().GetLineEntry();
  lines.file = text_of(first.GetFileSpec().GetFilename());
  lines.line = first.GetLine();
  std::erase_if(lines.starts, [&](const FrameLines::Start& start) {  // of inlined functions
    return line_of(start.address)->file != lines.file;
  });
  return lines;
}

/// What is known of a function wherever it stands: name, entry, starts.
FrameLines LldbDebugger::lines_of(lldb::SBFunction function, lldb::SBCompileUnit unit) {
  FrameLines lines;
  lines.function = text_of(function.GetDisplayName());
  lines.entry = function.GetStartAddress().GetLoadAddress(target_);
  const uint64_t end = function.GetEndAddress().GetLoadAddress(target_);
  for (uint32_t i = 0; i < unit.GetNumLineEntries(); ++i) {
    lldb::SBLineEntry entry = unit.GetLineEntryAtIndex(i);
    const uint64_t address = entry.GetStartAddress().GetLoadAddress(target_);
    if (address < lines.entry || address >= end || entry.GetLine() == 0) continue;
    lines.starts.push_back({address, entry.GetLine()});
  }
  std::sort(lines.starts.begin(), lines.starts.end(),
            [](const auto& a, const auto& b) { return a.address < b.address; });
  return lines;
}

std::optional<shell::SourceDebugger::Call> LldbDebugger::call_of_frame() {
  unsigned index = 0;
  while (frame(index).IsInlined()) ++index;
  lldb::SBFrame own = frame(index);
  lldb::SBFrame caller = frame(index + 1);
  if (!caller.IsValid()) return std::nullopt;
  return Call{instruction_before(caller.GetPC()), own.GetCFA()};
}

std::optional<shell::SourceDebugger::Line> LldbDebugger::line_of(uint64_t address) {
  lldb::SBAddress place = target_.ResolveLoadAddress(address);
  lldb::SBLineEntry entry = place.GetLineEntry();
  if (!entry.IsValid() || entry.GetLine() == 0) return std::nullopt;
  return Line{text_of(place.GetFunction().GetDisplayName()),
              text_of(entry.GetFileSpec().GetFilename()), entry.GetLine(),
              entry.GetStartAddress().GetLoadAddress(target_) == address};
}

uint64_t LldbDebugger::instruction_before(uint64_t address) {
  lldb::SBAddress place = target_.ResolveLoadAddress(address);
  lldb::SBInstructionList list;
  if (place.GetFunction().IsValid()) {
    list = place.GetFunction().GetInstructions(target_);
  } else if (place.GetSymbol().IsValid()) {
    list = place.GetSymbol().GetInstructions(target_);
  }
  for (uint32_t i = 0; i < list.GetSize(); ++i) {
    lldb::SBInstruction instruction = list.GetInstructionAtIndex(i);
    const uint64_t start = instruction.GetAddress().GetLoadAddress(target_);
    if (start + instruction.GetByteSize() == address) return start;
  }
  return 0;
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
