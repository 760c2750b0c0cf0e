/// Where a function's lines begin, and how large its frames are.
#pragma once

#include <lldb/API/LLDB.h>

#include <cstdint>
#include <span>
#include <vector>

#include "debugger/lldb/code_rules.h"
#include "debugger/shell/source/source_debugger.h"

namespace weft::source {

/// The function's symbol; of one that is in two parts, hot and cold, the hot one's.
lldb::SBSymbol hot_symbol(lldb::SBAddress inside);

/// The code of a symbol; without one, of the function. Addresses in the file.
CodeRange range_of(lldb::SBSymbol symbol, lldb::SBFunction function);

/// All instructions of the part that holds the address.
lldb::SBInstructionList instructions_around(lldb::SBAddress inside, lldb::SBTarget target);

/// See SourceDebugger::decode().
std::optional<shell::SourceDebugger::Instruction> decoded(lldb::SBTarget target, Address address,
                                                          std::span<const std::byte> code);

/// See SourceDebugger::instruction_before().
std::optional<Address> instruction_that_ends_at(Address end, lldb::SBTarget target);

/// How much of the stack a frame of the function takes, return address included, when it calls:
/// optimized code has already given it back at a tail call. Some when it is not known.
uint64_t frame_bytes(lldb::SBAddress inside, lldb::SBTarget target);

/// Where a line's code begins.
struct LineStart {
  lldb::SBAddress address;
  uint64_t place;  ///< address in the file
  uint32_t line;
  lldb::SBFileSpec file;
};

/// Those in these ranges, by address. Addresses in the file.
std::vector<LineStart> line_starts(lldb::SBCompileUnit unit, std::span<const CodeRange> ranges);

/// What is known of a function wherever it stands: name, entry, starts.
shell::FrameLines lines_of(lldb::SBAddress inside, lldb::SBTarget target);

}  // namespace weft::source
