#include "debugger/shell/origin/followed_piece.h"

#include <algorithm>

namespace weft::shell {
namespace {

/// The byte that follows those that were copied, `at` counted from the flow's first one.
bool is_filled(const Piece& piece, const DataFlow& flow, unsigned skip, unsigned at) {
  const bool sign_known = skip < flow.bytes;
  if (!sign_known && at < flow.sign_end) return false;
  const std::byte last = sign_known ? piece.value[flow.bytes - 1 - skip] : std::byte{0};
  return filler(flow, at, last) == piece.value[at - skip];
}

}  // namespace

void keep(Piece& piece, uint64_t skip, uint64_t bytes) {
  std::vector<std::byte>& value = piece.value;
  value.erase(value.begin(),
              value.begin() + static_cast<ptrdiff_t>(std::min<uint64_t>(skip, value.size())));
  value.resize(std::min<size_t>(value.size(), bytes));
  piece.bytes = bytes;
  if (auto* address = std::get_if<Address>(&piece.at)) *address += skip;
}

Written keep_written(Piece& piece, const DataFlow& flow) {
  auto& part = std::get<RegisterPart>(piece.at);
  const auto& to = std::get<RegisterPart>(flow.to);
  if (part.offset < to.offset || piece.value.size() != piece.bytes) return Written::kMixed;
  const unsigned skip = part.offset - to.offset, end = skip + static_cast<unsigned>(piece.bytes);
  for (unsigned at = std::max(skip, flow.bytes); at < end; ++at) {
    if (!is_filled(piece, flow, skip, at)) return Written::kMixed;
  }
  if (skip >= flow.bytes) return Written::kFill;
  keep(piece, 0, std::min(end, flow.bytes) - skip);
  part.bytes = static_cast<unsigned>(piece.bytes);
  return Written::kResult;
}

std::vector<std::byte> constant_bytes(const Constant& constant, uint64_t skip, uint64_t bytes) {
  std::vector<std::byte> value(bytes);
  for (uint64_t i = 0; i < bytes; ++i) {
    const uint64_t shift = 8 * std::min<uint64_t>(skip + i, 8);
    value[i] = shift < 64 ? static_cast<std::byte>(static_cast<uint64_t>(constant.value) >> shift)
                          : std::byte(constant.value < 0 ? 0xff : 0);
  }
  return value;
}

bool repeats(std::span<const std::byte> value, uint64_t skip, std::span<const std::byte> element) {
  for (size_t i = 0; i < value.size(); ++i)
    if (element.empty() || value[i] != element[(skip + i) % element.size()]) return false;
  return true;
}

}  // namespace weft::shell
