#include "debugger/lldb/set_breakpoints.h"

#include <fmt/format.h>

#include "debugger/lldb/breakpoint_places.h"
#include "debugger/lldb/values/brief_value.h"

namespace weft::source {

std::string break_in_bodies(lldb::SBTarget target, const std::string& function) {
  std::string text;
  for (lldb::SBAddress body : coroutine_bodies(target, function)) {
    lldb::SBBreakpoint breakpoint = target.BreakpointCreateBySBAddress(body);
    lldb::SBLineEntry line = body.GetLineEntry();
    text += fmt::format("Breakpoint {}: where = {}`{} at {}:{}, in the coroutine's body\n",
                        breakpoint.GetID(), text_of(body.GetModule().GetFileSpec().GetFilename()),
                        function, text_of(line.GetFileSpec().GetFilename()), line.GetLine());
  }
  return text;
}

void break_at_line(lldb::SBTarget target, const std::string& path, uint32_t line) {
  lldb::SBBreakpoint breakpoint = target.BreakpointCreateByLocation(path.c_str(), line);
  if (breakpoint.GetNumLocations() > 0) return;
  target.BreakpointDelete(breakpoint.GetID());
  target.BreakpointCreateByLocation(path.substr(path.rfind('/') + 1).c_str(), line);
}

}  // namespace weft::source
