/// The state of the program at a moment as a number: the same moment has the same number, whichever
/// way led there.
#pragma once

#include <cstdint>

#include "debugger/process/program_control.h"

namespace weft::process {

struct StateChecksum {
  uint32_t registers = 0;  ///< of all threads
  uint32_t memory = 0;     ///< of all writable memory; pages of zeros do not count
  friend bool operator==(const StateChecksum&, const StateChecksum&) = default;
};

/// On the thread that ptraces.
StateChecksum checksum_of(const ProgramControl& program);

}  // namespace weft::process
