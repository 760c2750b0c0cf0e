/// Where control leaves a function: each `ret`, and each jump that may go to another function (a
/// tail call). Found by a disassembler (Capstone) in the function's bytes.
///
/// A jump whose target stands in a register or in memory may be a tail call or a jump inside of the
/// function (a switch). Only at a hit is it known which: the probe notes the target. A conditional
/// jump out of the function is one only if its condition holds: the probe notes the flags.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "replayer/probes/functions.h"
#include "weft/channel/probe_area.h"

namespace weft::probes {

enum class ExitKind : uint8_t {
  kReturn,
  kJump,         ///< always leaves
  kConditional,  ///< leaves if `condition` holds for the flags in words[0]
  kComputed,     ///< leaves if words[0], the target, is not in the function
};

struct Exit {
  uint64_t address = 0;
  ExitKind kind = ExitKind::kReturn;
  uint8_t condition = 0;      ///< the low half of the opcode, as the processor numbers them
  channel::ProbeWord word{};  ///< what the probe notes
};

struct Exits {
  std::vector<Exit> exits;
  unsigned unknown = 0;         ///< jumps of which no probe could tell where they go
  bool loops_to_start = false;  ///< a jump inside goes to the first instruction
  bool is_whole = true;         ///< false: not all of its bytes are instructions
};

/// Of the part of `function` that begins at `low` and consists of `code`.
void find_exits(const Function& function, uint64_t low, std::span<const uint8_t> code,
                Exits& exits);

/// Does a conditional jump with these flags leave?
bool condition_holds(uint8_t condition, uint64_t flags);

}  // namespace weft::probes
