/// Where breakpoints belong. LLDB's own choice is wrong for two kinds of functions:
///
///   a coroutine   is several functions in the machine's code (what is called, what resumes it, what
///                 destroys it), all of the same name. The user means its body: the first line.
///   hot and cold  g++ -O2 moves unlikely code away. LLDB takes the cold part, which lies first, for
///                 the start, and adds the length of its prologue to the hot one: that address may
///                 lie inside an instruction, where an int3 changes what the program does.
///                 Of a line with code in both it takes the cold one alone, which is seldom come by.
#pragma once

#include <lldb/API/LLDB.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace weft::source {

/// True for the headers of weft's that the tracing flag brings in: nobody wants to stop there.
bool is_weft_source(lldb::SBFileSpec file);

/// The bodies of the coroutines of that name; empty: there is none.
std::vector<lldb::SBAddress> coroutine_bodies(lldb::SBTarget target, const std::string& name);

/// Looks after the locations that LLDB finds.
class BreakpointPlaces {
 public:
  /// Switches off locations inside of instructions, and those in weft's own headers. What the user
  /// has to know of it, a line each.
  std::string mend(lldb::SBTarget target);

 private:
  bool is_inside_instruction(lldb::SBTarget target, lldb::SBAddress address);
  /// Of a location in cold code: one where the line's hot code is. What is said of it.
  std::string add_hot(lldb::SBTarget target, lldb::SBBreakpoint breakpoint,
                      lldb::SBBreakpointLocation location);
  std::string replace(lldb::SBTarget target, lldb::SBBreakpoint breakpoint,
                      lldb::SBBreakpointLocation location);

  std::map<std::pair<std::string, lldb::addr_t>, bool> inside_;  ///< by file, and address in it
  enum class Fate { kStops, kInWeft, kInsideInstruction };
  std::map<std::pair<lldb::break_id_t, lldb::break_id_t>, Fate>
      fates_;                        ///< by breakpoint, location
  std::set<lldb::break_id_t> said_;  ///< of these it was said that they are switched off
};

}  // namespace weft::source
