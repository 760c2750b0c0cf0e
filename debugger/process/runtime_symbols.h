/// Places in weft-runtime that a debugger has to know: read from its symbol table, since the binary
/// lies at a fixed address.
#pragma once

#include <cstdint>
#include <string>

#include "weft/base/result.h"

namespace weft::process {

struct RuntimeSymbols {
  uint64_t report_state;  ///< function that the runtime calls when it parks; edi: ReplayState
  uint64_t leave_jump;    ///< the instruction that goes back into the program
  uint64_t hook_entry;    ///< where a hook's stub jumps to, called as a C function; 0: none
  uint64_t system_call;   ///< a syscall instruction that is not intercepted
  uint64_t threads;       ///< channel::ThreadTableHead
  uint64_t log;           ///< channel::LogHead
  // Functions that answer the program out of the log; 0: none. See diversion.h.
  uint64_t on_call = 0, on_hook = 0, on_question = 0, on_fault = 0;
};

Result<RuntimeSymbols> read_runtime_symbols(const std::string& runtime_path);

}  // namespace weft::process
