#include "debugger/shell/origin/vector_flow.h"

#include <algorithm>
#include <string>

#include "debugger/shell/origin/operand_text.h"

namespace weft::shell {
namespace {

constexpr unsigned kHalf = 8, kOldVectors = 16;

bool is_avx(std::string_view name) {
  return name.starts_with('v');
}
std::string_view without_v(std::string_view name) {
  return is_avx(name) ? name.substr(1) : name;
}

/// How many bytes a move of vectors moves; empty: it is none, or does more than that.
std::optional<unsigned> vector_move_bytes(std::string_view name, const std::vector<Operand>& of) {
  if (of.size() != 2) return std::nullopt;
  if (is_one_of(name, {"movd", "movss"})) return 4;
  if (is_one_of(name, {"movq", "movsd", "movlps", "movlpd", "movhps", "movhpd"})) return kHalf;
  if (!is_one_of(name, {"movaps", "movups", "movapd", "movupd", "movdqa", "movdqu", "movdqa32",
                        "movdqa64", "movdqu8", "movdqu16", "movdqu32", "movdqu64", "lddqu",
                        "movntdq", "movntps", "movntpd", "movntdqa"})) {
    return std::nullopt;
  }
  return operand_bytes(is_vector(of[1]) ? of[1] : of[0]);
}

/// Eight bytes of a vector; other operands as they are.
Operand half(Operand operand, unsigned offset) {
  if (auto* part = std::get_if<RegisterPart>(&operand); part != nullptr && is_vector(operand))
    part->offset = offset, part->bytes = kHalf;
  return operand;
}

DataFlow half_copied(const Operand& from, unsigned from_offset, const Operand& to,
                     unsigned to_offset) {
  return {FlowKind::kCopied, half(to, to_offset), half(from, from_offset), kHalf};
}

/// The lower half of the source becomes the upper one of the result; the result's own lower half, or
/// (three operands) that of the second source, stays or becomes the lower one.
std::vector<DataFlow> joined_halves(const std::vector<Operand>& operands) {
  std::vector<DataFlow> flows{half_copied(operands.front(), 0, operands.back(), kHalf)};
  if (operands.size() == 3) {
    flows[0].reach = kMostVectorBytes - kHalf;
    flows.push_back(half_copied(operands[1], 0, operands[2], 0));
  }
  return flows;
}

std::optional<std::vector<DataFlow>> moved_vector(std::string_view name,
                                                  const std::vector<Operand>& operands) {
  const std::string_view bare = without_v(name);
  const auto bytes = vector_move_bytes(bare, operands);
  if (!bytes) return std::nullopt;
  const Operand &from = operands[0], &to = operands[1];
  if (bare.starts_with("movh")) return {{half_copied(from, kHalf, to, kHalf)}};
  if (bare.starts_with("movlp")) return {{half_copied(from, 0, to, 0)}};
  DataFlow flow{FlowKind::kCopied, to, from, *bytes};
  const bool merges = is_one_of(name, {"movss", "movsd"}) && is_vector(from) && is_vector(to);
  if (is_vector(to) && !merges) flow.reach = vector_reach(name, kSseBytes);
  if (!is_vector(to) && std::holds_alternative<RegisterPart>(to))
    flow.reach = general_reach(*bytes);
  return {{flow}};
}

/// What is xored with itself, or subtracted from itself, is zero, whatever it was.
bool clears_itself(std::string_view bare, const std::vector<Operand>& operands) {
  const bool alike =
      operands.size() >= 2 && std::all_of(operands.begin(), operands.end(),
                                          [&](const Operand& one) { return one == operands[0]; });
  return alike && is_one_of(bare, {"pxor", "pxord", "pxorq", "xorps", "xorpd", "psubb", "psubw",
                                   "psubd", "psubq"});
}

std::vector<DataFlow> cleared_vectors(unsigned from_offset) {
  std::vector<DataFlow> flows;
  for (unsigned i = 0; i < kOldVectors; ++i) {
    const unsigned bytes = kMostVectorBytes - from_offset;
    flows.push_back({FlowKind::kConstant, RegisterPart{kFirstVector + i, from_offset, bytes},
                     Constant{0}, bytes});
  }
  return flows;
}

std::vector<DataFlow> unknown_vectors() {
  std::vector<DataFlow> flows;
  for (unsigned i = 0; i < kVectors; ++i) {
    flows.push_back({FlowKind::kUnknown,
                     RegisterPart{kFirstVector + i, 0, kMostVectorBytes},
                     {},
                     kMostVectorBytes});
  }
  return flows;
}

}  // namespace

bool is_vector(const Operand& operand) {
  const auto* part = std::get_if<RegisterPart>(&operand);
  return part != nullptr && part->number >= kFirstVector;
}

unsigned vector_reach(std::string_view name, unsigned bytes) {
  return is_avx(name) ? kMostVectorBytes : bytes;
}

unsigned computed_vector_bytes(std::string_view name, unsigned register_bytes) {
  if (is_avx(name) || name.starts_with('p')) return register_bytes;  // pmaxsd: of all elements
  if (name.ends_with("ss") || name.starts_with("cvtsi2ss")) return sizeof(float);
  if (name.ends_with("sd") || name.starts_with("cvtsi2sd")) return sizeof(double);
  return register_bytes;
}

std::optional<std::vector<DataFlow>> vector_flows(std::string_view name,
                                                  const std::vector<Operand>& operands) {
  if (name == "vzeroupper") return cleared_vectors(kSseBytes);
  if (name == "vzeroall") return cleared_vectors(0);
  if (name.starts_with("xrstor") || name.starts_with("fxrstor")) return unknown_vectors();
  if (std::none_of(operands.begin(), operands.end(), is_vector)) return std::nullopt;
  const std::string_view bare = without_v(name);
  const bool joins = is_one_of(bare, {"punpcklqdq", "unpcklpd", "movlhps"});
  if (joins && (operands.size() == 2 || operands.size() == 3) &&
      operand_bytes(operands.back()) == kSseBytes) {
    return joined_halves(operands);
  }
  if (name == "movhlps" && operands.size() == 2)
    return {{half_copied(operands[0], kHalf, operands[1], 0)}};
  if (clears_itself(bare, operands)) {
    const unsigned bytes = operand_bytes(operands.back()).value_or(kSseBytes);
    return {
        {{FlowKind::kConstant, operands.back(), Constant{0}, bytes, vector_reach(name, bytes)}}};
  }
  return moved_vector(name, operands);
}

}  // namespace weft::shell
