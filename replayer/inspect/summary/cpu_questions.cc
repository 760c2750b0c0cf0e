#include "replayer/inspect/summary/cpu_questions.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace weft::inspect {

namespace {

constexpr size_t kLongestQuestion = 3;
constexpr size_t kNear = 10;  ///< bytes after the instruction in which its answer is used

/// Bytes of the mov at `at` (to a register or to memory, or of a constant); 0 if it is none.
size_t move_bytes(const uint8_t* at) {
  const size_t prefix = (at[0] & 0xf0) == 0x40 ? 1 : 0;
  if ((at[prefix] & 0xf8) == 0xb8) return prefix + 5;
  if (at[prefix] != 0x89) return 0;
  const uint8_t mode = at[prefix + 1] >> 6, base = at[prefix + 1] & 7;
  const size_t distance = mode == 1 ? 1 : mode == 2 ? 4 : 0;
  return prefix + 2 + distance + (mode != 3 && base == 4 ? 1 : 0);
}

/// A jump, a move or a set by the carry flag (jb jae cmovb cmovae setb setae), at once or after
/// one mov.
bool looks_at_carry(const uint8_t* at) {
  constexpr std::array<uint8_t, 6> kLong = {0x42, 0x43, 0x82, 0x83, 0x92, 0x93};
  at += move_bytes(at);
  if (at[0] == 0x72 || at[0] == 0x73) return true;
  const size_t prefix = (at[0] & 0xf0) == 0x40 ? 1 : 0;
  return at[prefix] == 0x0f && std::find(kLong.begin(), kLong.end(), at[prefix + 1]) != kLong.end();
}

}  // namespace

bool asks_for_random_numbers(std::span<const std::byte> bytes) {
  if (bytes.size() < kLongestQuestion + kNear) return false;
  const auto* at = reinterpret_cast<const uint8_t*>(bytes.data());
  const uint8_t* end = at + bytes.size() - kLongestQuestion - kNear;
  while (at < end) {
    at = static_cast<const uint8_t*>(std::memchr(at, 0x0f, static_cast<size_t>(end - at)));
    if (at == nullptr) break;
    if (at[1] == 0xc7 && (at[2] & 0xf0) == 0xf0 && looks_at_carry(at + 3)) return true;
    ++at;
  }
  return false;
}

bool asks_without_consequences(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.starts_with("ld-linux") || name.starts_with("libc.so") ||
         name.starts_with("libstdc++.so");
}

}  // namespace weft::inspect
