#include "debugger/lldb/enabled_stops.h"

#include <cstdint>
#include <utility>

#include "debugger/lldb/values/brief_value.h"

namespace weft::source {

std::vector<shell::SourceBreakpoint> enabled_breakpoints(lldb::SBTarget target) {
  std::vector<shell::SourceBreakpoint> all;
  for (uint32_t i = 0; i < target.GetNumBreakpoints(); ++i) {
    lldb::SBBreakpoint breakpoint = target.GetBreakpointAtIndex(i);
    if (!breakpoint.IsEnabled()) continue;
    shell::SourceBreakpoint one{
        breakpoint.GetID(), {}, text_of(breakpoint.GetCondition()), breakpoint.IsOneShot()};
    for (size_t j = 0; j < breakpoint.GetNumLocations(); ++j) {
      lldb::SBBreakpointLocation location = breakpoint.GetLocationAtIndex(static_cast<uint32_t>(j));
      const lldb::addr_t address = location.GetLoadAddress();
      if (location.IsEnabled() && address != LLDB_INVALID_ADDRESS)
        one.addresses.insert(Address(address));
    }
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<shell::SourceWatch> enabled_watches(lldb::SBTarget target) {
  std::vector<shell::SourceWatch> all;
  for (uint32_t i = 0; i < target.GetNumWatchpoints(); ++i) {
    lldb::SBWatchpoint watch = target.GetWatchpointAtIndex(i);
    if (!watch.IsEnabled()) continue;
    all.push_back({watch.GetID(), Address(watch.GetWatchAddress()), watch.GetWatchSize(),
                   watch.IsWatchingReads(), text_of(watch.GetCondition())});
  }
  return all;
}

}  // namespace weft::source
