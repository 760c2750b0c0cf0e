/// A 64-bit digest of a page of memory.
///
/// Each step, h = (h ^ word) * odd, h ^= h >> 32, can be undone when the word is known, and so when
/// h is known. So two pages that differ in a single word, as a counter makes them, never have the
/// same digest; others have it with a probability of 2^-64. Eight independent rows of steps, because
/// one would wait for its multiplications: some 0.2 us a page, without vector registers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft::trace {

inline constexpr uint64_t kDigestStart = 0x9e3779b97f4a7c15;

/// Adds a word to a digest.
constexpr uint64_t digest_word(uint64_t digest, uint64_t word) {
  digest = (digest ^ word) * 0xd6e8feb86659fd93;
  return digest ^ digest >> 32;
}

/// Adds `count` words, a multiple of 8.
inline uint64_t digest_words(uint64_t digest, const uint64_t* words, size_t count) {
  uint64_t rows[8];
  for (uint64_t i = 0; i < 8; ++i) rows[i] = kDigestStart + i;
  for (size_t at = 0; at < count; at += 8) {
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; ++i) rows[i] = digest_word(rows[i], words[at + i]);
  }
  for (const uint64_t row : rows) digest = digest_word(digest, row);
  return digest;
}

}  // namespace weft::trace
