/// The bytes that are followed back, and what of them a copy has made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "debugger/shell/origin/data_flow.h"

namespace weft::shell {

/// Some bytes of the value, and where they are.
struct Piece {
  std::variant<Address, RegisterPart> at;
  uint64_t bytes = 0;
  std::vector<std::byte> value{};
};

/// Of a piece in memory: `bytes` of them from the one after `skip` on.
void keep(Piece& piece, uint64_t skip, uint64_t bytes);

/// What of a piece in a register an instruction has written.
enum class Written : uint8_t {
  kResult,  ///< it, or its lower bytes, after which come the zeros or signs that it leaves there
  kFill,    ///< it is nothing but these
  kMixed,   ///< other bytes besides, that were there before
};
/// `flow` has written to the register that the piece is in: the piece becomes what is its result.
Written keep_written(Piece& piece, const DataFlow& flow);

/// Of a constant, as it lies in memory or in a register.
std::vector<std::byte> constant_bytes(const Constant& constant, uint64_t skip, uint64_t bytes);

/// `element` again and again: rep stos.
bool repeats(std::span<const std::byte> value, uint64_t skip, std::span<const std::byte> element);

}  // namespace weft::shell
