#include "debugger/lldb/function_lines.h"

#include <algorithm>
#include <string>

#include "debugger/lldb/values/brief_value.h"

namespace weft::source {

using shell::FrameLines;

namespace {

/// Where a function's code is, the part with its entry first. LLDB takes what lies between a hot
/// and a cold part, which are other functions, for a part of it.
std::vector<CodeRange> code_of(lldb::SBFunction function, lldb::SBAddress inside) {
  lldb::SBSymbol hot = hot_symbol(inside);
  std::vector<CodeRange> ranges{range_of(hot, function)};
  if (!hot.IsValid()) return ranges;
  const std::string name = cold_name(text_of(hot.GetMangledName()));
  lldb::SBSymbol cold = inside.GetModule().FindSymbol(name.c_str(), lldb::eSymbolTypeCode);
  if (cold.IsValid()) ranges.push_back(range_of(cold, function));
  return ranges;
}

}  // namespace

CodeRange range_of(lldb::SBSymbol symbol, lldb::SBFunction function) {
  if (!symbol.IsValid())
    return {function.GetStartAddress().GetFileAddress(), function.GetEndAddress().GetFileAddress()};
  return {symbol.GetStartAddress().GetFileAddress(), symbol.GetEndAddress().GetFileAddress()};
}

lldb::SBSymbol hot_symbol(lldb::SBAddress inside) {
  lldb::SBSymbol symbol = inside.GetSymbol();
  const std::string name = text_of(symbol.GetMangledName());
  const std::string hot_part = hot_name(name);
  if (hot_part == name) return symbol;
  lldb::SBSymbol hot = inside.GetModule().FindSymbol(hot_part.c_str(), lldb::eSymbolTypeCode);
  return hot.IsValid() ? hot : symbol;
}

lldb::SBInstructionList instructions_around(lldb::SBAddress inside, lldb::SBTarget target) {
  if (inside.GetSymbol().IsValid()) return inside.GetSymbol().GetInstructions(target);
  return inside.GetFunction().GetInstructions(target);
}

std::optional<shell::SourceDebugger::Instruction> decoded(lldb::SBTarget target, Address address,
                                                          std::span<const std::byte> code) {
  lldb::SBInstructionList list = target.GetInstructionsWithFlavor(
      lldb::SBAddress(address.value(), target), "att", code.data(), code.size());
  shell::SourceDebugger::Instruction all{"", "", 0};
  for (uint32_t i = 0; i < list.GetSize(); ++i) {
    lldb::SBInstruction one = list.GetInstructionAtIndex(i);
    if (!one.IsValid() || one.GetByteSize() == 0) break;
    const std::string mnemonic = text_of(one.GetMnemonic(target));
    all.operands = text_of(one.GetOperands(target));
    all.bytes += static_cast<unsigned>(one.GetByteSize());
    all.mnemonic += (all.mnemonic.empty() ? "" : " ") + mnemonic;
    if (!is_prefix(mnemonic, all.operands)) return all;
  }
  return std::nullopt;
}

std::optional<Address> instruction_that_ends_at(Address end, lldb::SBTarget target) {
  lldb::SBInstructionList list =
      instructions_around(target.ResolveLoadAddress(end.value()), target);
  std::optional<Address> start;  // of the prefixes before this one
  for (uint32_t i = 0; i < list.GetSize(); ++i) {
    lldb::SBInstruction one = list.GetInstructionAtIndex(i);
    const Address place(one.GetAddress().GetLoadAddress(target));
    if (!start) start = place;
    if (is_prefix(text_of(one.GetMnemonic(target)), text_of(one.GetOperands(target)))) continue;
    if (place + one.GetByteSize() == end) return start;
    start.reset();
  }
  return std::nullopt;
}

uint64_t frame_bytes(lldb::SBAddress inside, lldb::SBTarget target) {
  uint64_t bytes = sizeof(uint64_t);
  lldb::SBSymbol hot = hot_symbol(inside);
  lldb::SBInstructionList list =
      hot.IsValid() ? hot.GetInstructions(target) : inside.GetFunction().GetInstructions(target);
  for (uint32_t i = 0; i < list.GetSize(); ++i) {
    lldb::SBInstruction instruction = list.GetInstructionAtIndex(i);
    const std::string name = text_of(instruction.GetMnemonic(target));
    if (ends_frame_setup(name)) break;
    bytes += stack_bytes(name, text_of(instruction.GetOperands(target)));
  }
  return bytes;
}

std::vector<LineStart> line_starts(lldb::SBCompileUnit unit, std::span<const CodeRange> ranges) {
  std::vector<LineStart> starts;
  for (uint32_t i = 0; i < unit.GetNumLineEntries(); ++i) {
    lldb::SBLineEntry entry = unit.GetLineEntryAtIndex(i);
    lldb::SBAddress address = entry.GetStartAddress();
    const uint64_t place = address.GetFileAddress();
    const bool own = std::any_of(ranges.begin(), ranges.end(),
                                 [&](const CodeRange& range) { return range.holds(place); });
    if (own && entry.GetLine() != 0)
      starts.push_back({address, place, entry.GetLine(), entry.GetFileSpec()});
  }
  std::stable_sort(starts.begin(), starts.end(),
                   [](const LineStart& a, const LineStart& b) { return a.place < b.place; });
  return starts;
}

FrameLines lines_of(lldb::SBAddress inside, lldb::SBTarget target) {
  FrameLines lines;
  lldb::SBFunction function = inside.GetFunction();
  const std::vector<CodeRange> code = code_of(function, inside);
  lines.function = text_of(function.GetDisplayName());
  lines.entry =
      Address(inside.GetModule().ResolveFileAddress(code.front().start).GetLoadAddress(target));
  for (LineStart& start : line_starts(inside.GetCompileUnit(), code))
    lines.starts.push_back({Address(start.address.GetLoadAddress(target)), start.line});
  return lines;
}

}  // namespace weft::source
