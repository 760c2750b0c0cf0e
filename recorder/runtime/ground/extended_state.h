/// The vector and floating-point registers (XSAVE). The runtime is built without them, so they live
/// in the CPU while it runs; they are saved where another fiber or a signal handler would overwrite
/// them. Intel SDM volume 1, chapter 13.
///
/// Two kinds of area:
///
///   of this CPU       save_, load_extended_state: all states that it has, for the runtime itself
///   of signal frames  store_, load_frame_state: those of the processor that the program is shown,
///                     as that one lays them out, and the same bytes whatever happened before
#pragma once

#include <cstdint>

namespace weft::runtime {

/// Asks the CPU once; call before the others, after set_shown_processor.
void extended_state_init();

/// `area` is 64-byte aligned and kExtendedBytes long.
void save_extended_state(void* area);
void load_extended_state(const void* area);
/// Where the upper halves of ymm0..15 are in an area of this CPU, in bytes; 0 if the program has
/// none.
uint32_t vector_high_offset();
/// A digest of what the program computes with: x87, mxcsr, vector and mask registers. Not where the
/// last x87 instruction was.
uint64_t extended_state_digest(const void* area);
/// The same as a CRC-32C, as older recordings have it.
uint32_t extended_state_crc(const void* area);
/// Loads the state that a new program starts with.
void reset_extended_state();

/// Bytes of the area of a signal frame.
uint32_t frame_state_bytes();
/// Stores it at `address` in program memory, 64-byte aligned. False if that cannot be written.
///
/// In a frame of the kernel's, which parts are marked as in use (XSTATE_BV) follows what the
/// processor tracks, and on AMD also when the thread was scheduled last; where the last x87
/// instruction was follows the vendor. Here all parts are marked, with their values, and the x87
/// pointers are kept only where an x87 exception waits.
bool store_frame_state(uint64_t address);
/// An xsave of the program at `address`, which wants `wanted`: as in a frame. False if that cannot
/// be written.
bool store_wanted_state(uint64_t address, uint64_t wanted);
/// An fxsave of the program, likewise.
bool store_legacy_state(uint64_t address);
/// What a handler starts with: the initial state of all parts that frames have.
void reset_frame_state();
/// Loads what a program left in such an area; nothing if it is malformed.
void load_frame_state(uint64_t address);

}  // namespace weft::runtime
