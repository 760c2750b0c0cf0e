/// Capstone's registers as the processor numbers them.
#pragma once

#include <capstone/capstone.h>

#include <optional>

#include "weft/channel/probe_area.h"

namespace weft::probes {

/// Of 64 bits, or the part of one of 32 or 16; kNone for none. Nothing: it is another register.
std::optional<channel::ProbeRegister> register_number(x86_reg which);

}  // namespace weft::probes
