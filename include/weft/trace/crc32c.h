/// CRC-32C (Castagnoli; reflected polynomial 0x82f63b78, initial value and final xor ~0): the
/// checksum of the trace file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace weft::trace {

namespace crc32c_detail {

constexpr std::array<uint32_t, 256> make_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) ? 0x82f63b78u : 0);
    table[i] = value;
  }
  return table;
}
inline constexpr std::array<uint32_t, 256> kTable = make_table();

inline uint32_t update_by_table(uint32_t state, const unsigned char* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i) state = kTable[(state ^ bytes[i]) & 0xff] ^ (state >> 8);
  return state;
}

__attribute__((target("sse4.2"))) inline uint32_t update_by_cpu(uint32_t state,
                                                                const unsigned char* bytes,
                                                                size_t count) {
  uint64_t wide = state;
  for (; count >= 8; bytes += 8, count -= 8) {
    uint64_t word;
    std::memcpy(&word, bytes, 8);
    wide = __builtin_ia32_crc32di(wide, word);
  }
  state = static_cast<uint32_t>(wide);
  for (; count > 0; ++bytes, --count) state = __builtin_ia32_crc32qi(state, *bytes);
  return state;
}

}  // namespace crc32c_detail

/// Moves the bare CRC register on over `count` bytes: without initial value and final xor, which is
/// how EventHeader::check is made.
inline uint32_t crc32c_register(uint32_t state, const void* data, size_t count) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  static const bool has_instruction = __builtin_cpu_supports("sse4.2");
  return has_instruction ? crc32c_detail::update_by_cpu(state, bytes, count)
                         : crc32c_detail::update_by_table(state, bytes, count);
}

/// CRC-32C of `count` bytes; `before` is the CRC of what comes before them (0: nothing does).
inline uint32_t crc32c(const void* data, size_t count, uint32_t before = 0) {
  return ~crc32c_register(~before, data, count);
}

}  // namespace weft::trace
