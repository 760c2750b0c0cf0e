#include "replayer/session/module_map.h"

#include <fmt/format.h>

namespace weft::session {

ModuleMap ModuleMap::at_end_of(std::span<const std::byte> log) {
  ModuleMap map;
  for (trace::EventCursor at(log); !at.done(); at.next()) map.add(at.event());
  return map;
}

void ModuleMap::add(const trace::EventView& event) {
  if (event.kind() == trace::EventKind::kExec) mappings_.clear();
  if (event.kind() != trace::EventKind::kMap) return;
  const auto [record, path] = event.map();
  mappings_.push_back({record.address, record.length, record.file_offset, record.file_size,
                       record.modified_ns, std::string(path)});
}

const ModuleMapping* ModuleMap::find(uint64_t address) const {
  for (auto at = mappings_.rbegin(); at != mappings_.rend(); ++at) {
    if (address - at->address < at->length) return at->path.empty() ? nullptr : &*at;
  }
  return nullptr;
}

std::string ModuleMap::describe(uint64_t address) const {
  const ModuleMapping* mapping = find(address);
  if (mapping == nullptr) return fmt::format("{:#x}", address);
  return fmt::format("{}+{:#x}", mapping->path.substr(mapping->path.rfind('/') + 1),
                     address - mapping->address + mapping->file_offset);
}

}  // namespace weft::session
