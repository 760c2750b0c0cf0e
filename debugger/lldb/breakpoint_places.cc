#include "debugger/lldb/breakpoint_places.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "debugger/lldb/brief_value.h"
#include "debugger/lldb/function_lines.h"

namespace weft::source {
namespace {

/// LLDB looks as far for the end of a prologue.
constexpr size_t kLinesOfPrologue = 6;

enum class Part { kCalled, kBody, kOther };

/// By what compilers add to the name: g++ .actor, .destroy; clang .resume, .destroy, .cleanup.
Part part_of(std::string_view name) {
  for (const char* body : {".actor", ".resume"}) {
    if (name.find(body) != std::string_view::npos) return Part::kBody;
  }
  for (const char* other : {".destroy", ".cleanup"}) {
    if (name.find(other) != std::string_view::npos) return Part::kOther;
  }
  return Part::kCalled;
}

struct LineStart {
  lldb::SBAddress address;
  uint32_t line;
  lldb::SBFileSpec file;
};

/// The addresses of a function that are not moved away to a cold part.
struct Range {
  lldb::addr_t start = 0, end = 0;  ///< in the file
};

Range range_of(lldb::SBSymbol symbol, lldb::SBFunction function) {
  if (!symbol.IsValid())
    return {function.GetStartAddress().GetFileAddress(), function.GetEndAddress().GetFileAddress()};
  return {symbol.GetStartAddress().GetFileAddress(), symbol.GetEndAddress().GetFileAddress()};
}

bool is_inlined(lldb::SBAddress address) {
  return address.GetBlock().GetContainingInlinedBlock().IsValid();
}

/// Where lines of the function's own begin in that range, by address.
std::vector<LineStart> line_starts(lldb::SBCompileUnit unit, const Range& range) {
  std::vector<LineStart> starts;
  for (uint32_t i = 0; i < unit.GetNumLineEntries(); ++i) {
    lldb::SBLineEntry entry = unit.GetLineEntryAtIndex(i);
    lldb::SBAddress address = entry.GetStartAddress();
    const lldb::addr_t place = address.GetFileAddress();
    if (place < range.start || place >= range.end || entry.GetLine() == 0) continue;
    starts.push_back({address, entry.GetLine(), entry.GetFileSpec()});
  }
  std::stable_sort(starts.begin(), starts.end(), [](const LineStart& a, const LineStart& b) {
    return lldb::SBAddress(a.address).GetFileAddress() <
           lldb::SBAddress(b.address).GetFileAddress();
  });
  return starts;
}

/// As LLDB does it: the first address of another line.
lldb::SBAddress after_prologue(const std::vector<LineStart>& starts) {
  if (starts.empty()) return {};
  for (size_t i = 1; i < std::min(starts.size(), kLinesOfPrologue); ++i) {
    if (starts[i].line != starts[0].line) return starts[i].address;
  }
  return starts[starts.size() > 1 ? 1 : 0].address;
}

struct Function {
  lldb::SBSymbolContext context;
  Part part;
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

std::string full_path(lldb::SBFileSpec file) {
  return text_of(file.GetDirectory()) + "/" + text_of(file.GetFilename());
}

std::vector<Function> functions_of(lldb::SBTarget target, const std::string& name) {
  std::vector<Function> functions;
  lldb::SBSymbolContextList found = target.FindFunctions(name.c_str(), lldb::eFunctionNameTypeAuto);
  for (uint32_t i = 0; i < found.GetSize(); ++i) {
    lldb::SBSymbolContext context = found.GetContextAtIndex(i);
    lldb::SBFunction function = context.GetFunction();
    if (!function.IsValid() || context.GetBlock().GetContainingInlinedBlock().IsValid()) continue;
    lldb::SBSymbol symbol = hot_symbol(function.GetStartAddress());
    functions.push_back({context, part_of(text_of(symbol.GetMangledName())),
                         line_starts(context.GetCompileUnit(), range_of(symbol, function)),
                         text_of(symbol.GetMangledName())});
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
    if (body.part != Part::kBody || own == body.starts.end()) continue;
    // What is called has the line of the declaration; of several of that name, the nearest before.
    const Function* called = nullptr;
    for (const Function& one : functions) {
      if (one.part != Part::kCalled || one.starts.empty() || one.starts[0].line > own->line ||
          !(one.starts[0].file == own->file)) {
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
    places.push_back(first != nullptr ? first->address : after_prologue(body.starts));
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

std::string BreakpointPlaces::replace(lldb::SBTarget target, lldb::SBBreakpoint breakpoint,
                                      lldb::SBBreakpointLocation location) {
  location.SetEnabled(false);
  lldb::SBAddress address = location.GetAddress();
  const std::string what = fmt::format("location {}.{} lies inside of an instruction",
                                       breakpoint.GetID(), location.GetID());
  lldb::SBSymbol symbol = address.GetSymbol();
  const Range range{symbol.GetStartAddress().GetFileAddress(),
                    symbol.GetEndAddress().GetFileAddress()};
  lldb::SBAddress place = after_prologue(line_starts(address.GetCompileUnit(), range));
  if (!place.IsValid() || is_inside_instruction(target, place))
    return fmt::format("note: {}, and is switched off\n", what);
  lldb::SBBreakpoint instead = target.BreakpointCreateBySBAddress(place);
  instead.SetCondition(breakpoint.GetCondition());
  instead.SetOneShot(breakpoint.IsOneShot());
  return fmt::format("note: {}: breakpoint {} is where the function's body begins, line {}\n", what,
                     instead.GetID(), place.GetLineEntry().GetLine());
}

std::string BreakpointPlaces::mend(lldb::SBTarget target) {
  std::string notes;
  const uint32_t count = target.GetNumBreakpoints();
  for (uint32_t i = 0; i < count; ++i) {
    lldb::SBBreakpoint breakpoint = target.GetBreakpointAtIndex(i);
    const size_t locations = breakpoint.GetNumLocations();
    size_t& seen = seen_[breakpoint.GetID()];
    if (seen == locations) continue;
    std::vector<lldb::SBBreakpointLocation> weft;
    for (size_t j = 0; j < locations; ++j) {
      lldb::SBBreakpointLocation location = breakpoint.GetLocationAtIndex(static_cast<uint32_t>(j));
      lldb::SBAddress address = location.GetAddress();
      if (is_weft_source(address.GetLineEntry().GetFileSpec())) weft.push_back(location);
      if (j >= seen && location.IsEnabled() && is_inside_instruction(target, address))
        notes += replace(target, breakpoint, location);
    }
    for (lldb::SBBreakpointLocation& location : weft) location.SetEnabled(false);
    if (!weft.empty() && weft.size() == locations) {
      notes += fmt::format("note: breakpoint {} is in weft's own headers only: it never stops\n",
                           breakpoint.GetID());
    }
    seen = locations;
  }
  return notes;
}

}  // namespace weft::source
