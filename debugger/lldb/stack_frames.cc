#include "debugger/lldb/stack_frames.h"

#include "debugger/lldb/breakpoint_places.h"
#include "debugger/lldb/values/brief_value.h"
#include "debugger/lldb/values/program_names.h"

namespace weft::source {
namespace {

using shell::CodeOwner;
using shell::StackFrame;

std::string arguments_of(lldb::SBFrame frame) {
  std::string text;
  lldb::SBValueList arguments = frame.GetVariables(true, false, false, true);
  for (uint32_t i = 0; i < arguments.GetSize(); ++i) {
    lldb::SBValue value = arguments.GetValueAtIndex(i);
    const std::string name = text_of(value.GetName());
    if (name.empty() || frame_member_name(name).empty() || name == "frame_ptr") continue;
    text += (text.empty() ? "" : ", ") + name + "=" + brief_value(value, 0);
  }
  return text;
}

std::string function_of(lldb::SBFrame frame) {
  const std::string name = short_function_name(text_of(frame.GetDisplayFunctionName()));
  if (frame.IsInlined()) return name;
  return with_scopes(name, short_function_name(text_of(frame.GetSymbol().GetName())));
}

/// False where LLDB has lost its way, or the code was generated.
bool is_in_code(lldb::SBFrame frame) {
  if (frame.GetFunction().IsValid()) return true;
  lldb::SBSymbol symbol = frame.GetSymbol();
  return symbol.IsValid()
             ? symbol.GetType() != lldb::eSymbolTypeData
             : frame.GetModule().IsValid() && frame.GetPCAddress().GetSection().IsValid();
}

CodeOwner owner_of(lldb::SBFileSpec file, lldb::SBModule module, lldb::SBTarget target) {
  const std::string folder = text_of(file.GetDirectory());
  if (is_weft_source(file)) return CodeOwner::kWeft;
  if (folder.starts_with("/usr/")) return CodeOwner::kLibrary;
  if (!folder.empty()) return CodeOwner::kProgram;
  const bool own = module.GetFileSpec() == target.GetExecutable();
  return own ? CodeOwner::kProgram : CodeOwner::kLibrary;
}

}  // namespace

CodeOwner owner_of(lldb::SBFrame frame, lldb::SBTarget target) {
  return owner_of(frame.GetLineEntry().GetFileSpec(), frame.GetModule(), target);
}

StackFrame stack_frame(lldb::SBFrame frame, lldb::SBTarget target) {
  lldb::SBLineEntry place = frame.GetLineEntry();
  const bool has_line = place.IsValid() && place.GetLine() != LLDB_INVALID_LINE_NUMBER;
  StackFrame one{frame.GetFrameID(),
                 owner_of(frame, target),
                 {},
                 {},
                 {},
                 {},
                 {},
                 has_line ? place.GetLine() : 0,
                 false};
  one.module = text_of(frame.GetModule().GetFileSpec().GetFilename());
  one.function = function_of(frame);
  one.pc = Address(frame.GetPC());
  one.inlined = frame.IsInlined();
  if (one.line != 0) {
    one.file = text_of(place.GetFileSpec().GetFilename());
    one.path = text_of(place.GetFileSpec().GetDirectory()) + "/" + one.file;
  }
  if (one.owner == CodeOwner::kLibrary)
    one.library = library_name(text_of(place.GetFileSpec().GetDirectory()), one.module);
  if (one.owner == CodeOwner::kProgram) one.arguments = arguments_of(frame);
  return one;
}

StackFrame frame_of_code(lldb::SBAddress place, lldb::SBTarget target) {
  lldb::SBLineEntry line = place.GetLineEntry();
  uint32_t number = line.GetLine();
  lldb::SBFileSpec file = line.GetFileSpec();
  lldb::SBBlock block = place.GetBlock().GetContainingInlinedBlock();
  for (; block.IsValid(); block = block.GetParent().GetContainingInlinedBlock()) {
    number = block.GetInlinedCallSiteLine();
    file = block.GetInlinedCallSiteFile();
  }
  StackFrame one{};
  one.owner = owner_of(file, place.GetModule(), target);
  one.module = text_of(place.GetModule().GetFileSpec().GetFilename());
  one.function = short_function_name(text_of(place.GetFunction().GetDisplayName()));
  one.file = text_of(file.GetFilename());
  one.line = one.file.empty() ? 0 : number;
  if (one.owner == CodeOwner::kLibrary)
    one.library = library_name(text_of(file.GetDirectory()), one.module);
  one.pc = Address(place.GetLoadAddress(target));
  one.selectable = false;
  return one;
}

std::optional<uint32_t> user_frame(lldb::SBThread thread, lldb::SBTarget target) {
  constexpr uint32_t kFramesLookedAt = 256;
  std::optional<uint32_t> outside;  // of weft's code
  for (uint32_t i = 0; i < kFramesLookedAt; ++i) {
    lldb::SBFrame one = thread.GetFrameAtIndex(i);
    if (!one.IsValid()) break;
    const CodeOwner owner = owner_of(one, target);
    if (owner == CodeOwner::kProgram && one.GetLineEntry().IsValid()) return i;
    if (owner != CodeOwner::kWeft && !outside) outside = i;
  }
  const bool in_weft = is_weft_source(thread.GetFrameAtIndex(0).GetLineEntry().GetFileSpec());
  return in_weft ? outside : std::nullopt;
}

std::vector<StackFrame> stack_frames(lldb::SBThread thread, lldb::SBTarget target, uint32_t most) {
  std::vector<StackFrame> frames;
  const uint32_t selected = thread.GetSelectedFrame().GetFrameID();
  for (uint32_t i = 0; i < most; ++i) {
    lldb::SBFrame frame = thread.GetFrameAtIndex(i);
    if (!frame.IsValid() || (i > 0 && !is_in_code(frame))) break;
    frames.push_back(stack_frame(frame, target));
    frames.back().selected = i == selected;
  }
  return frames;
}

}  // namespace weft::source
