/// What moves of vector registers do with data. See data_flow.h.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "debugger/shell/origin/data_flow.h"

namespace weft::shell {

/// xmm, ymm and zmm registers hold so much.
inline constexpr unsigned kSseBytes = 16, kMostVectorBytes = 64;

bool is_vector(const Operand& operand);

/// So many bytes of a vector register change if an instruction writes `bytes` of it: those of SSE
/// leave the bytes from the 16th on as they are, those of AVX make the rest zero.
unsigned vector_reach(std::string_view name, unsigned bytes);

/// Flows of a move, of a join of halves, of what clears registers; empty: it is none of them.
std::optional<std::vector<DataFlow>> vector_flows(std::string_view name,
                                                  const std::vector<Operand>& operands);

/// Of an instruction that computes a vector: how many bytes of it.
unsigned computed_vector_bytes(std::string_view name, unsigned register_bytes);

}  // namespace weft::shell
