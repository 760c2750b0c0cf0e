/// Moving instructions: the first ones at an address, as many as a 5-byte jmp covers, to other
/// places, where they do the same.
///
///   rip-relative operand     the same target, another distance
///   jcc, jmp                 the same target, with 32 bits of distance
///   loop, jrcxz              around a jmp to the same target
///   call                     the return address is pushed by hand: it is that of the original
///   everything else          as it is
///
/// Not moved: system calls, int3, indirect calls, what this decoder does not know; and nothing
/// after an unconditional jump or ret, since those bytes may be data.
///
/// Pure: no kernel, no runtime; the unit test links it with instruction.cc.
#pragma once

#include <cstdint>

#include "recorder/runtime/code/instruction.h"

namespace weft::runtime {

inline constexpr uint64_t kJumpBytes = 5;
inline constexpr int kMaxMoved = 5;              ///< instructions that 5 bytes can cover
inline constexpr uint64_t kMaxMovedBytes = 128;  ///< what they become at most

struct Moved {
  uint8_t count;
  uint8_t bytes;               ///< covered at the original place, at least kJumpBytes
  uint8_t offsets[kMaxMoved];  ///< of each instruction at the original place
  uint64_t places[kMaxMoved];  ///< where each is now
};

/// True if the instructions at `code`, of which `available` bytes may be read, can be moved at all.
bool can_move(const uint8_t* code, int available);

/// Moves the instructions at `code`, which belong to address `from`, to `out` (kMaxMovedBytes),
/// which belongs to address `to`; a jump back follows. False if they cannot be moved there.
bool move_instructions(const uint8_t* code, int available, uint64_t from, uint8_t* out, uint64_t to,
                       Moved* moved);

}  // namespace weft::runtime
