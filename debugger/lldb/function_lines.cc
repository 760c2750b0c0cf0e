#include "debugger/lldb/function_lines.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "debugger/lldb/brief_value.h"

namespace weft::source {

using shell::FrameLines;

namespace {

constexpr const char* kCold = ".cold";

struct CodeRange {
  uint64_t start, end;
  bool holds(uint64_t address) const { return address >= start && address < end; }
};

CodeRange range_of(lldb::SBSymbol symbol, lldb::SBTarget target) {
  return {symbol.GetStartAddress().GetLoadAddress(target),
          symbol.GetEndAddress().GetLoadAddress(target)};
}

/// Where a function's code is, the part with its entry first. LLDB takes what lies between a hot and
/// a cold part, which are other functions, for a part of it.
std::vector<CodeRange> code_of(lldb::SBFunction function, lldb::SBAddress inside,
                               lldb::SBTarget target) {
  lldb::SBSymbol hot = hot_symbol(inside);
  if (!hot.IsValid()) {
    return {{function.GetStartAddress().GetLoadAddress(target),
             function.GetEndAddress().GetLoadAddress(target)}};
  }
  std::vector<CodeRange> ranges{range_of(hot, target)};
  const std::string name = text_of(hot.GetMangledName()) + kCold;
  lldb::SBSymbol cold = inside.GetModule().FindSymbol(name.c_str(), lldb::eSymbolTypeCode);
  if (cold.IsValid()) ranges.push_back(range_of(cold, target));
  return ranges;
}

}  // namespace

lldb::SBSymbol hot_symbol(lldb::SBAddress inside) {
  lldb::SBSymbol symbol = inside.GetSymbol();
  const std::string name = text_of(symbol.GetMangledName());
  const size_t cold = name.find(kCold);
  if (cold == std::string::npos) return symbol;
  lldb::SBSymbol hot =
      inside.GetModule().FindSymbol(name.substr(0, cold).c_str(), lldb::eSymbolTypeCode);
  return hot.IsValid() ? hot : symbol;
}

lldb::SBInstructionList instructions_around(lldb::SBAddress inside, lldb::SBTarget target) {
  if (inside.GetSymbol().IsValid()) return inside.GetSymbol().GetInstructions(target);
  return inside.GetFunction().GetInstructions(target);
}

uint64_t frame_bytes(lldb::SBAddress inside, lldb::SBTarget target) {
  uint64_t bytes = sizeof(uint64_t);
  lldb::SBSymbol hot = hot_symbol(inside);
  lldb::SBInstructionList list =
      hot.IsValid() ? hot.GetInstructions(target) : inside.GetFunction().GetInstructions(target);
  for (uint32_t i = 0; i < list.GetSize(); ++i) {
    lldb::SBInstruction instruction = list.GetInstructionAtIndex(i);
    const std::string name = text_of(instruction.GetMnemonic(target));
    const std::string operands = text_of(instruction.GetOperands(target));
    if (name.starts_with("call") || name.starts_with("pop")) break;
    if (name.starts_with("push")) bytes += sizeof(uint64_t);
    if (name.starts_with("sub") && operands.find(", %rsp") != std::string::npos)
      bytes += std::strtoull(operands.c_str() + 1, nullptr, 0);  // "$0x18, %rsp"
  }
  return bytes;
}

FrameLines lines_of(lldb::SBAddress inside, lldb::SBTarget target) {
  FrameLines lines;
  lldb::SBFunction function = inside.GetFunction();
  lldb::SBCompileUnit unit = inside.GetCompileUnit();
  const std::vector<CodeRange> code = code_of(function, inside, target);
  lines.function = text_of(function.GetDisplayName());
  lines.entry = code.front().start;
  for (uint32_t i = 0; i < unit.GetNumLineEntries(); ++i) {
    lldb::SBLineEntry entry = unit.GetLineEntryAtIndex(i);
    const uint64_t address = entry.GetStartAddress().GetLoadAddress(target);
    const bool own = std::any_of(code.begin(), code.end(),
                                 [&](const CodeRange& range) { return range.holds(address); });
    if (own && entry.GetLine() != 0) lines.starts.push_back({address, entry.GetLine()});
  }
  std::sort(lines.starts.begin(), lines.starts.end(),
            [](const auto& a, const auto& b) { return a.address < b.address; });
  return lines;
}

}  // namespace weft::source
