/// Variables, types and places of values, in the frame in front.
#pragma once

#include <lldb/API/LLDB.h>

#include <string>
#include <vector>

#include "debugger/shell/source/program_value.h"

namespace weft::source {

/// Parameters first, then local variables; nothing of what compilers add to coroutines.
std::string variables_text(lldb::SBFrame frame, shell::VariableKind which);

/// The same, as values.
std::vector<lldb::SBValue> variables_of(lldb::SBFrame frame, shell::VariableKind which);

/// The frame of a suspended coroutine begins with the address of its resume function, which gets
/// the frame as its argument (g++), or has it as a variable (clang): so the frame's type is known.
/// A line each; empty if its type is unknown.
std::string coroutine_locals(lldb::SBProcess process, lldb::SBTarget target, Address frame);

/// "old value: ...", "new value: ..." of a watch that was hit; `before`: what stood there.
std::string change_text(lldb::SBWatchpoint watch, lldb::SBTarget target,
                        const std::vector<std::byte>& before);

/// "type = ..."; empty if it is neither an expression nor a type.
std::string type_text(lldb::SBFrame frame, lldb::SBTarget target, const std::string& what,
                      shell::TypeDetail detail);

/// Where an expression's value lies in memory, and its type.
struct Located {
  shell::ValuePlace place;
  lldb::SBType type;
};
Located locate(lldb::SBFrame frame, const std::string& expression);

/// See SourceDebugger::named_value().
std::string named_value(lldb::SBFrame frame, const std::string& expression);

}  // namespace weft::source
