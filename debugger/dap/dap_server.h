/// Where clients of `weft dap` come from: stdin, or a port of this machine.
#pragma once

#include <cstdint>

#include "debugger/shell/session/debug_options.h"

namespace weft::dap {

/// Serves a client on these descriptors until it disconnects.
int serve_dap(const shell::DebugOptions& options, int in, int out);

/// Waits for one client on 127.0.0.1, of this user only, and serves it. 0: any port that is free; a line
/// on stdout names it.
int serve_dap_on_port(const shell::DebugOptions& options, uint16_t port);

}  // namespace weft::dap
