/// Carries out single instructions of the program by hand, for steps: some 0.1 us instead of a trap
/// and a return from it. Only the usual integer instructions: moves, pushes and pops, jumps, calls
/// and returns, arithmetic. Everything else, and whatever would fault, is left to the CPU.
///
/// Arithmetic is done by the same instruction on the same operands and flags, so its results and
/// flags are the CPU's own, undefined ones included.
#pragma once

#include <cstdint>

#include "weft/trace/event.h"

namespace weft::runtime {

/// The instruction at `registers->rip`. `fs_base` must hold; the trap flag is not looked at. False,
/// with nothing changed, if it is left to the CPU.
bool interpret(trace::Registers* registers);
/// The same with the `available` bytes at `code` in the place of what stands at `registers->rip`.
bool interpret(trace::Registers* registers, const uint8_t* code, int available);

}  // namespace weft::runtime
