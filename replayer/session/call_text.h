/// A call that the replayed program made, in the words in which `weft events` writes recorded ones.
#pragma once

#include <cstdint>
#include <string>

namespace weft::session {

/// "write(5, 0x100000402000, 19)"; "no system call" for UINT32_MAX.
std::string call_text(uint32_t number, const uint64_t (&args)[6]);

}  // namespace weft::session
