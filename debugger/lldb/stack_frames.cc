#include "debugger/lldb/stack_frames.h"

#include <array>
#include <string_view>

#include "debugger/lldb/breakpoint_places.h"
#include "debugger/lldb/brief_value.h"

namespace weft::source {
namespace {

using shell::CodeOwner;
using shell::StackFrame;

constexpr size_t kLongestTemplate = 12;

struct LibraryRow {
  std::string_view path;
  const char* name;
};
/// By what stands in the paths of their headers.
constexpr std::array<LibraryRow, 8> kLibraries = {{
    {"/boost/asio", "Boost.Asio"},
    {"/boost/beast", "Boost.Beast"},
    {"/boost/context", "Boost.Context"},
    {"/boost/fiber", "Boost.Fiber"},
    {"/boost/", "Boost"},
    {"/asio/", "Asio"},
    {"/fmt/", "fmt"},
    {"/c++/", "the C++ library"},
}};

std::string library_of(const std::string& folder, const std::string& module) {
  for (const LibraryRow& row : kLibraries) {
    if ((folder + "/").find(row.path) != std::string::npos) return row.name;
  }
  return module;
}

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

/// False where LLDB has lost its way, or the code was generated.
bool is_in_code(lldb::SBFrame frame) {
  if (frame.GetFunction().IsValid()) return true;
  lldb::SBSymbol symbol = frame.GetSymbol();
  return symbol.IsValid()
             ? symbol.GetType() != lldb::eSymbolTypeData
             : frame.GetModule().IsValid() && frame.GetPCAddress().GetSection().IsValid();
}

}  // namespace

std::string short_function_name(const std::string& name) {
  std::string out;
  std::string inside;  // of the outermost template arguments
  int depth = 0;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool is_operator = out.ends_with("operator") || out.ends_with("operator<") ||
                             out.ends_with("operator-") || out.ends_with("operator>");
    const char c = name[i];
    if (c == '<' && !(depth == 0 && is_operator)) {
      if (depth++ == 0)
        inside.clear();
      else
        inside += c;
    } else if (c == '>' && depth > 0) {
      if (--depth == 0) {
        out += "<" + (inside.size() > kLongestTemplate ? "..." : inside) + ">";
      } else {
        inside += c;
      }
    } else if (depth > 0) {
      inside += c;
    } else if (c == '(' && out.ends_with("operator") && name.substr(i, 2) == "()") {
      out += "()";
      ++i;
    } else if (c == '(' && name.substr(i, 21) == "(anonymous namespace)") {
      out += "(anonymous namespace)";
      i += 20;
    } else if (c == '(') {
      break;  // parameters
    } else {
      out += c;
    }
  }
  const size_t clone = out.find(" [clone");
  if (clone != std::string::npos) out.erase(clone);
  return out.starts_with("::") ? out.substr(2) : out;
}

CodeOwner owner_of(lldb::SBFrame frame, lldb::SBTarget target) {
  lldb::SBFileSpec file = frame.GetLineEntry().GetFileSpec();
  const std::string folder = text_of(file.GetDirectory());
  if (is_weft_source(file)) return CodeOwner::kWeft;
  if (folder.starts_with("/usr/")) return CodeOwner::kLibrary;
  if (!folder.empty()) return CodeOwner::kProgram;
  const bool own = frame.GetModule().GetFileSpec() == target.GetExecutable();
  return own ? CodeOwner::kProgram : CodeOwner::kLibrary;
}

StackFrame stack_frame(lldb::SBFrame frame, lldb::SBTarget target, bool selected) {
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
                 selected};
  one.module = text_of(frame.GetModule().GetFileSpec().GetFilename());
  one.function = short_function_name(text_of(frame.GetDisplayFunctionName()));
  if (one.line != 0) one.file = text_of(place.GetFileSpec().GetFilename());
  if (one.owner == CodeOwner::kLibrary)
    one.library = library_of(text_of(place.GetFileSpec().GetDirectory()), one.module);
  if (one.owner == CodeOwner::kProgram) one.arguments = arguments_of(frame);
  return one;
}

std::vector<StackFrame> stack_frames(lldb::SBThread thread, lldb::SBTarget target, uint32_t most) {
  std::vector<StackFrame> frames;
  const uint32_t selected = thread.GetSelectedFrame().GetFrameID();
  for (uint32_t i = 0; i < most; ++i) {
    lldb::SBFrame frame = thread.GetFrameAtIndex(i);
    if (!frame.IsValid() || (i > 0 && !is_in_code(frame))) break;
    frames.push_back(stack_frame(frame, target, i == selected));
  }
  return frames;
}

}  // namespace weft::source
