/// The code that a recorded program had mapped: which file's, where, from when on; and its bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "replayer/session/module_map.h"
#include "weft/trace/event_index.h"

namespace weft::probes {

/// A piece of a file, mapped to be executed.
struct CodeMapping {
  session::ModuleMapping mapping;
  uint64_t base = 0;          ///< what its file's first byte would be at: its mapping at offset 0
  trace::EventIndex from{1};  ///< the first event at which a process may stand that has it
};

/// In the order in which they were mapped, from all events of `log`.
std::vector<CodeMapping> code_mappings(std::span<const std::byte> log);

/// The bytes at [low, high), which lie in `code`, from its file on this machine. Empty if the file
/// is not what was recorded.
std::vector<uint8_t> code_bytes(const CodeMapping& code, uint64_t low, uint64_t high);

}  // namespace weft::probes
