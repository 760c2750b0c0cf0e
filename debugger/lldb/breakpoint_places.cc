#include "debugger/lldb/breakpoint_places.h"

#include <fmt/format.h>

#include <algorithm>

#include "debugger/lldb/function_lines.h"
#include "debugger/lldb/values/brief_value.h"
#include "debugger/lldb/values/program_names.h"

namespace weft::source {
namespace {

bool is_inlined(lldb::SBAddress address) {
  return address.GetBlock().GetContainingInlinedBlock().IsValid();
}

/// Where the body begins, by the lines of the whole function; invalid: it has no lines.
lldb::SBAddress body_of(const std::vector<LineStart>& starts) {
  if (starts.empty()) return {};
  std::vector<uint32_t> lines;
  for (const LineStart& start : starts) lines.push_back(start.line);
  return starts[after_prologue(lines)].address;
}

struct Function {
  CoroutinePart part;
  std::vector<LineStart> starts;
  std::string symbol;
};

/// The first line of the body, where it is come by first.
const LineStart* first_of_body(const Function& function, const LineStart& declared) {
  const LineStart* first = nullptr;
  for (const LineStart& start : function.starts) {
    if (start.line <= declared.line || !(start.file == declared.file) ||
        is_inlined(start.address)) {
      continue;
    }
    if (first == nullptr || start.line < first->line) first = &start;
  }
  return first;
}

/// A breakpoint like the other one.
lldb::SBBreakpoint same_at(lldb::SBTarget target, lldb::SBBreakpoint breakpoint,
                           lldb::SBAddress place) {
  lldb::SBBreakpoint same = target.BreakpointCreateBySBAddress(place);
  same.SetCondition(breakpoint.GetCondition());
  same.SetOneShot(breakpoint.IsOneShot());
  same.SetIgnoreCount(breakpoint.GetIgnoreCount());
  same.SetEnabled(breakpoint.IsEnabled());
  return same;
}

std::string full_path(lldb::SBFileSpec file) {
  return text_of(file.GetDirectory()) + "/" + text_of(file.GetFilename());
}

/// The lines of the program's own, without those in weft's headers. Several lines may begin at one
/// address: LLDB, and so mend(), takes one of them.
std::vector<LineStart> users_lines(lldb::SBCompileUnit unit, const CodeRange& range) {
  std::vector<LineStart> starts = line_starts(unit, {&range, 1});
  std::erase_if(starts, [](LineStart& one) {
    return is_weft_source(one.file) || is_weft_source(one.address.GetLineEntry().GetFileSpec());
  });
  return starts;
}

std::vector<Function> functions_of(lldb::SBTarget target, const std::string& name) {
  std::vector<Function> functions;
  lldb::SBSymbolContextList found = target.FindFunctions(name.c_str(), lldb::eFunctionNameTypeAuto);
  for (uint32_t i = 0; i < found.GetSize(); ++i) {
    lldb::SBSymbolContext context = found.GetContextAtIndex(i);
    lldb::SBFunction function = context.GetFunction();
    if (!function.IsValid() || context.GetBlock().GetContainingInlinedBlock().IsValid()) continue;
    lldb::SBSymbol symbol = hot_symbol(function.GetStartAddress());
    const std::string name_of_symbol = text_of(symbol.GetMangledName());
    const CodeRange range = range_of(symbol, function);
    functions.push_back({coroutine_part(name_of_symbol),
                         users_lines(context.GetCompileUnit(), range), name_of_symbol});
  }
  return functions;
}

}  // namespace

bool is_weft_source(lldb::SBFileSpec file) {
  const std::string path = full_path(file);
  return path.find("/weft/instrument/") != std::string::npos ||
         path.find("/weft/abi/") != std::string::npos;
}

std::vector<lldb::SBAddress> coroutine_bodies(lldb::SBTarget target, const std::string& name) {
  const std::vector<Function> functions = functions_of(target, name);
  std::vector<lldb::SBAddress> places;
  for (const Function& body : functions) {
    const auto own = std::find_if(body.starts.begin(), body.starts.end(),
                                  [](const LineStart& one) { return !is_inlined(one.address); });
    if (body.part != CoroutinePart::kBody || own == body.starts.end()) continue;
    // What is called has the line of the declaration; of several of that name, the nearest before.
    const Function* called = nullptr;
    for (const Function& one : functions) {
      if (one.part != CoroutinePart::kCalled || one.starts.empty() ||
          one.starts[0].line > own->line || !(one.starts[0].file == own->file)) {
        continue;
      }
      if (called == nullptr || one.starts[0].line > called->starts[0].line) called = &one;
    }
    const LineStart declared = called != nullptr ? called->starts.front() : *own;
    const LineStart* first = first_of_body(body, declared);
    // clang: what comes before the first suspension may run in the function that is called, or in
    // the body, as the coroutine begins at once or not. Code that is never run may be in both.
    const bool is_clang = body.symbol.find(".resume") != std::string::npos;
    const LineStart* early =
        called != nullptr && is_clang ? first_of_body(*called, declared) : nullptr;
    if (early != nullptr && (first == nullptr || early->line < first->line)) {
      first = early;
    } else if (early != nullptr && early->line == first->line) {
      places.push_back(early->address);
    }
    places.push_back(first != nullptr ? first->address : body_of(body.starts));
  }
  return places;
}

bool BreakpointPlaces::is_inside_instruction(lldb::SBTarget target, lldb::SBAddress address) {
  const std::string module = full_path(address.GetModule().GetFileSpec());
  const auto [known, is_new] = inside_.try_emplace({module, address.GetFileAddress()}, false);
  lldb::SBSymbol symbol = address.GetSymbol();
  if (!is_new || !symbol.IsValid()) return known->second;
  lldb::SBInstructionList list = symbol.GetInstructions(target);
  for (uint32_t i = 0; i < list.GetSize(); ++i) {
    lldb::SBInstruction instruction = list.GetInstructionAtIndex(i);
    const lldb::addr_t start = instruction.GetAddress().GetFileAddress();
    const lldb::addr_t distance = address.GetFileAddress() - start;
    if (distance > 0 && distance < instruction.GetByteSize()) known->second = true;
  }
  return known->second;
}

std::string BreakpointPlaces::add_hot(lldb::SBTarget target, lldb::SBBreakpoint breakpoint,
                                      lldb::SBBreakpointLocation location) {
  lldb::SBAddress address = location.GetAddress();
  lldb::SBSymbol hot = hot_symbol(address);
  lldb::SBStream described;
  breakpoint.GetDescription(described, false);
  const bool of_line = text_of(described.GetData()).find(" line = ") != std::string::npos;
  if (!of_line || !hot.IsValid() || hot == address.GetSymbol()) return "";
  const lldb::SBLineEntry line = address.GetLineEntry();
  const CodeRange range = range_of(hot, address.GetFunction());
  const auto is_there = [&](lldb::SBAddress place) {
    for (uint32_t i = 0; i < breakpoint.GetNumLocations(); ++i) {
      if (range.holds(breakpoint.GetLocationAtIndex(i).GetAddress().GetFileAddress())) return true;
    }
    return is_inside_instruction(target, place);
  };
  for (const LineStart& start : users_lines(address.GetCompileUnit(), range)) {
    if (start.line != line.GetLine() || !(start.file == line.GetFileSpec())) continue;
    if (is_there(start.address)) return "";
    lldb::SBBreakpoint other = same_at(target, breakpoint, start.address);
    return fmt::format(
        "note: line {} has code in two places, likely and unlikely: breakpoint {} is "
        "at the likely one\n",
        start.line, other.GetID());
  }
  return "";
}

std::string BreakpointPlaces::replace(lldb::SBTarget target, lldb::SBBreakpoint breakpoint,
                                      lldb::SBBreakpointLocation location) {
  lldb::SBAddress address = location.GetAddress();
  const std::string what = fmt::format("location {}.{} lies inside an instruction",
                                       breakpoint.GetID(), location.GetID());
  const CodeRange range = range_of(address.GetSymbol(), address.GetFunction());
  lldb::SBAddress place = body_of(users_lines(address.GetCompileUnit(), range));
  if (!place.IsValid() || is_inside_instruction(target, place))
    return fmt::format("note: {}, and is switched off\n", what);
  lldb::SBBreakpoint instead = same_at(target, breakpoint, place);
  return fmt::format("note: {}: breakpoint {} is where the function's body begins, line {}\n", what,
                     instead.GetID(), place.GetLineEntry().GetLine());
}

/// Also of breakpoints that are switched off: the user may switch them on.
std::string BreakpointPlaces::mend(lldb::SBTarget target) {
  std::string notes;
  const uint32_t count = target.GetNumBreakpoints();
  for (uint32_t i = 0; i < count; ++i) {
    lldb::SBBreakpoint breakpoint = target.GetBreakpointAtIndex(i);
    const auto locations = static_cast<uint32_t>(breakpoint.GetNumLocations());
    uint32_t in_weft = 0;
    for (uint32_t j = 0; j < locations; ++j) {
      lldb::SBBreakpointLocation location = breakpoint.GetLocationAtIndex(j);
      const auto [known, is_new] =
          fates_.try_emplace({breakpoint.GetID(), location.GetID()}, Fate::kStops);
      if (is_new) {
        lldb::SBAddress address = location.GetAddress();
        if (is_weft_source(address.GetLineEntry().GetFileSpec())) known->second = Fate::kInWeft;
        if (is_inside_instruction(target, address)) {
          known->second = Fate::kInsideInstruction;
          notes += replace(target, breakpoint, location);
        }
        if (known->second == Fate::kStops) notes += add_hot(target, breakpoint, location);
      }
      in_weft += known->second == Fate::kInWeft ? 1 : 0;
      if (known->second != Fate::kStops) location.SetEnabled(false);
    }
    if (in_weft != 0 && in_weft == locations && said_.insert(breakpoint.GetID()).second) {
      notes +=
          fmt::format("note: breakpoint {} is only in weft's own headers, and is switched off\n",
                      breakpoint.GetID());
    }
  }
  return notes;
}

}  // namespace weft::source
