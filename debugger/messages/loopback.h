/// A port of this machine: `weft serve`, `weft dap --port`.
#pragma once

#include <cstdint>

#include "weft/base/result.h"
#include "weft/base/unique_fd.h"

namespace weft::messages {

struct LoopbackListener {
  UniqueFd socket;
  uint16_t port = 0;
};

/// Listens on 127.0.0.1, where nobody from another machine comes in. Port 0: any that is free.
Result<LoopbackListener> listen_on_loopback(uint16_t port);

}  // namespace weft::messages
