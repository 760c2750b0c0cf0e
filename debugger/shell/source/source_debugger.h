/// What the shell asks of the source-level debugger. LLDB is behind it, in a plug-in of its own
/// (debugger/lldb), so that everything else works where LLDB is not installed.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "debugger/shell/source/program_value.h"
#include "debugger/shell/source/stack_frame.h"
#include "debugger/shell/source/value_browser.h"
#include "debugger/travel/shown_thread.h"

namespace weft::shell {

/// A file of the program and where it lies in memory.
struct LoadedModule {
  std::string path;
  Address base;  ///< address of the file's first byte
};

struct SourceOptions {
  std::string program;             ///< path; empty: it is not there as it was recorded
  std::vector<std::string> files;  ///< that are mapped at some time
  std::vector<std::pair<std::string, std::string>> source_map;  ///< from, to
  /// File, and the file that has its debug information.
  std::vector<std::pair<std::string, std::string>> debug_files;
  std::vector<std::string> symbol_folders;  ///< with more debug information
  int connection = -1;                      ///< to LldbServer
  bool stable_output = false;               ///< no addresses in frames
  bool colours = false;
  bool reads_init_file = false;  ///< ~/.lldbinit
};

struct CommandOutput {
  bool succeeded = true;
  std::string text;
  std::string error;
};

/// A breakpoint of the user's that stops at instructions.
struct SourceBreakpoint {
  int id;
  std::set<Address> addresses;
  std::string condition;  ///< empty: none
  bool once = false;      ///< it is gone after its first stop
};

struct BreakRequest {
  std::string place;        ///< as `b` has it; the path of a file if there is a line
  std::string condition{};  ///< empty: none
  bool once = false;
  uint32_t line = 0;
};

/// What is said of a breakpoint that was asked for, and the numbers of those that were set.
struct BreakAnswer {
  CommandOutput output;
  std::vector<int> ids;
};

struct SourceWatch {
  int id;
  Address address;
  uint64_t bytes;
  bool on_reading;
  std::string condition;  ///< in LLDB's words; empty: none
};

/// Where a frame stands in the source, and where its function's lines begin.
struct FrameLines {
  std::string function;
  std::string file;
  uint32_t line = 0;
  Address pc;
  Address sp;  ///< the lowest that it has in this frame
  Address cfa;
  Address entry;  ///< first instruction of the function
  struct Start {
    Address address;
    uint32_t line;
  };
  std::vector<Start> starts;  ///< of its lines, by address
};

class SourceDebugger {
 public:
  virtual ~SourceDebugger() = default;
  /// An LLDB command, as the user wrote it.
  virtual CommandOutput command(const std::string& line) = 0;
  /// The line with LLDB's full names in place of aliases and shortened names.
  virtual std::string full_command(const std::string& line) = 0;
  /// True if LLDB has a command of that name, or alias, or unambiguous beginning of one.
  virtual bool knows(const std::string& word) = 0;
  /// The program stands elsewhere, and this thread of it in front: LldbServer::hold() is on.
  virtual void refresh(travel::ShownThread thread) = 0;
  /// These files lie where they say, and no others anywhere.
  virtual void place(const std::vector<LoadedModule>& modules) = 0;
  /// Selects a thread; false if there is none of that number.
  virtual bool select_thread(travel::ShownThread thread) = 0;
  virtual travel::ShownThread selected_thread() = 0;
  /// LLDB's own number of a thread, which depends on when LLDB saw it first; 0: there is none.
  virtual uint32_t thread_index(travel::ShownThread thread) = 0;
  /// True if the selected thread stands where it does because a step was complete.
  virtual bool ended_a_step() = 0;
  /// Thread, frame and source lines, as LLDB shows a stop.
  virtual std::string where() = 0;
  /// A breakpoint as `b` has it: at a function, FILE:LINE, *ADDRESS ... Of a coroutine: in its
  /// body.
  virtual BreakAnswer break_at(const BreakRequest& request) = 0;
  /// Those that are still there.
  virtual void remove_breakpoints(const std::vector<int>& ids) = 0;
  /// Of a breakpoint, or of a watchpoint if there is none of that number; empty: none from now on.
  /// False if there is neither.
  virtual bool set_condition(int id, const std::string& condition) = 0;
  virtual std::vector<SourceBreakpoint> breakpoints() = 0;
  virtual std::vector<SourceWatch> watches() = 0;
  /// "old value: ...", "new value: ..." of a watchpoint that was just hit: what stood there before,
  /// and what stands there now.
  virtual std::string change_text(int watch_id, const std::vector<std::byte>& before) = 0;
  /// Is the condition of a breakpoint true here?
  virtual bool holds(const std::string& condition) = 0;
  /// Selects the innermost frame of the program's own code.
  virtual void select_user_frame() = 0;
  /// Frame 0 of the selected thread: true if it is in weft's own headers; if it has source.
  virtual bool stands_in_weft() = 0;
  virtual bool has_source() = 0;
  /// Of the selected thread: the number of the frame in front, for frame_lines().
  virtual unsigned selected_frame_number() = 0;
  /// Of the selected thread: the frame in front, all frames from the innermost on.
  virtual std::optional<StackFrame> selected_frame() = 0;
  virtual std::vector<StackFrame> stack() = 0;
  /// Of the function whose code is at `pc`: one that cannot be selected.
  virtual StackFrame frame_at(Address pc) = 0;
  /// Variables of the selected frame, as LLDB shows them.
  virtual CommandOutput variables(VariableKind which) = 0;
  /// "type = ..." of an expression or type.
  virtual CommandOutput type_text(const std::string& what, TypeDetail detail) = 0;
  /// The value of an expression under its own words: "(int) total = 7", of an aggregate with its
  /// members; or why there is none.
  virtual std::string named_value(const std::string& expression) = 0;
  /// Where the value of an expression lies; the value that lies there now, in one line.
  virtual ValuePlace place_of(const std::string& expression) = 0;
  virtual std::string value_text(const ValuePlace& place) = 0;
  /// The same as trees.
  virtual ValueBrowser& values() = 0;
  /// The variables in the frame of a suspended coroutine, one a line; empty if its type is unknown.
  virtual std::string coroutine_locals(Address frame) = 0;
  /// Frame `index` of the selected thread; empty without debug information or frame.
  virtual std::optional<FrameLines> frame_lines(unsigned index) = 0;
  /// The function at an address: its entry, the line on which that lies, where its lines begin.
  virtual std::optional<FrameLines> function_lines(Address address) = 0;
  /// The instruction that called the function of frame 0, and the stack pointer there.
  struct Call {
    Address instruction;
    Address sp;
  };
  virtual std::optional<Call> call_of_frame() = 0;
  /// The source line of an address; empty if there is none.
  struct Line {
    std::string function;
    std::string file;
    uint32_t line;
    bool begins_here;  ///< the address is the first of the line's code
  };
  virtual std::optional<Line> line_of(Address address) = 0;
  /// The instruction that ends at `address`, or nowhere.
  virtual Address instruction_before(Address address) = 0;
  /// The instruction that these bytes at `address` begin with, in AT&T's words; empty: it is none.
  /// Asks nothing of the program.
  struct Instruction {
    std::string mnemonic;
    std::string operands;
    unsigned bytes;
  };
  virtual std::optional<Instruction> decode(Address address, std::span<const std::byte> code) = 0;
  virtual std::vector<std::string> complete(const std::string& line) = 0;
};

/// The symbol that the plug-in exports: std::unique_ptr's release()d pointer, or null and `error`.
using MakeSourceDebugger = SourceDebugger* (*)(const SourceOptions&, std::string& error);
inline constexpr const char* kMakeSourceDebugger = "weft_make_source_debugger";

}  // namespace weft::shell
