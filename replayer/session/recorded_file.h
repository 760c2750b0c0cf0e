/// Files of the recorded program, as they are on this machine now.
#pragma once

#include <cstdint>

#include "replayer/session/module_map.h"

namespace weft::session {

/// The file is still what was recorded: size and time of change.
bool is_as_recorded(const ModuleMapping& mapping);

/// The address that the file's first segment was linked for; false if it is not such a file.
bool first_segment_address(const char* path, uint64_t& address);

}  // namespace weft::session
