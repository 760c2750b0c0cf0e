#include "debugger/lldb/loaded_modules.h"

#include <algorithm>
#include <cstdint>

namespace weft::source {

void place_modules(lldb::SBTarget target, const std::vector<shell::LoadedModule>& modules) {
  for (uint32_t i = 0; i < target.GetNumModules(); ++i) {
    lldb::SBModule module = target.GetModuleAtIndex(i);
    const lldb::SBFileSpec path = module.GetFileSpec();
    const bool stays = std::any_of(modules.begin(), modules.end(), [&](const auto& one) {
      return lldb::SBFileSpec(one.path.c_str(), false) == path;
    });
    if (!stays) target.ClearModuleLoadAddress(module);
  }
  for (const shell::LoadedModule& file : modules) {
    lldb::SBModule module = target.FindModule(lldb::SBFileSpec(file.path.c_str(), false));
    const uint64_t load = module.GetObjectFileHeaderAddress().GetLoadAddress(target);
    if (!module.IsValid() || load == file.base.value()) continue;
    target.ClearModuleLoadAddress(module);  // or breakpoints would stay where they are
    const uint64_t linked_at = module.GetObjectFileHeaderAddress().GetFileAddress();
    const uint64_t slide = file.base.value() - (linked_at == LLDB_INVALID_ADDRESS ? 0 : linked_at);
    target.SetModuleLoadAddress(module, static_cast<int64_t>(slide));
  }
}

}  // namespace weft::source
