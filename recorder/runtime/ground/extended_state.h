/// The vector and floating-point registers (XSAVE). The runtime is built without them, so they live
/// in the CPU while it runs; they are saved where another fiber or a signal handler would overwrite
/// them. Intel SDM volume 1, chapter 13.
#pragma once

#include <cstdint>

namespace weft::runtime {

/// Asks the CPU once; call before the others.
void extended_state_init();
/// Bytes that the enabled state needs in the standard format.
uint32_t extended_state_bytes();
/// Which states are saved and loaded: those that XCR0 enables, but for AMX tiles and PKRU.
uint64_t extended_state_mask();

/// `area` is 64-byte aligned and extended_state_bytes() long.
void save_extended_state(void* area);
void load_extended_state(const void* area);
/// Where the upper halves of ymm0..15 are in an area, in bytes; 0 without AVX.
uint32_t vector_high_offset();
/// CRC-32C of what programs compute with: x87, mxcsr, vector and mask registers. Not where the last
/// x87 instruction was.
uint32_t extended_state_hash(const void* area);
/// Loads the state that a new program or thread starts with.
void reset_extended_state();

}  // namespace weft::runtime
