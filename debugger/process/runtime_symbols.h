/// Places in weft-runtime that a debugger has to know: read from its symbol table, since the binary
/// lies at a fixed address.
#pragma once

#include <string>

#include "weft/base/address.h"
#include "weft/base/result.h"

namespace weft::process {

struct RuntimeSymbols {
  Address report_state;  ///< function that the runtime calls when it parks; edi: ReplayState
  Address leave_jump;    ///< the instruction that goes back into the program
  Address hook_entry;    ///< where a hook's stub jumps to, called as a C function; 0: none
  Address system_call;   ///< a syscall instruction that is not intercepted
  Address threads;       ///< channel::ThreadTableHead
  Address log;           ///< channel::LogHead
  // Functions that answer the program out of the log; 0: none. See diversion.h.
  Address on_call{}, on_hook{}, on_question{}, on_fault{};
};

Result<RuntimeSymbols> read_runtime_symbols(const std::string& runtime_path);

}  // namespace weft::process
