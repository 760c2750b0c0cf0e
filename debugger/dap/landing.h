/// Where a move has led, in the words of the protocol, and which of the client's breakpoints it is.
#pragma once

#include <string>
#include <vector>

#include "debugger/dap/adapter.h"

namespace weft::dap {

struct Landing {
  std::string reason{};       ///< of `stopped`
  std::string description{};  ///< the same for people
  std::vector<ClientStop*> hits{};
};

/// `reason` is that of a move that nothing has cut short.
Landing look_around(Adapter& adapter, const std::string& reason);

/// Counts the hits, and writes what log points write. False: none of the breakpoints wants to stop.
bool wants_stop(Adapter& adapter, const Landing& landing);

/// A log message with the values of what is in braces: "total {sum} of {item.name}".
std::string log_text(shell::SourceDebugger* source, const std::string& message);

}  // namespace weft::dap
