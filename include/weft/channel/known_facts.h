/// What the processes of a recorded tree tell each other, so that it is found out once: a shell loop
/// executes the same program, with the same libraries, a thousand times.
///
///   answers   what the processor says to cpuid. In a virtual machine that takes some 10 us each, and
///             the dynamic linker asks 50 times. Only what every processor answers alike.
///   text      where the text of a file has instructions that ask the processor (question_sites.h).
///             To prove them takes 2 ms for libc.
///
/// It lies in the pool, after PoolHeader's own words. Everybody may read and add; nothing changes that
/// is whole. It is in the program's memory: readers believe no number in it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace weft::channel {

inline constexpr uint32_t kIsWhole = 2;  ///< the state; 1: somebody writes it; 0: free

struct KnownAnswer {
  std::atomic<uint32_t> state;
  uint32_t leaf, subleaf;
  uint32_t reg[4];
};
inline constexpr uint32_t kKnownAnswers = 60;

/// A mapping of a file's text. Its sites follow: 32-bit distances from the mapping's beginning, of
/// instructions that ask, and (kPathSite) of calls that name a path.
struct KnownText {
  std::atomic<uint32_t> state;
  uint32_t sites;
  uint64_t device, inode, file_bytes;
  int64_t changed_ns;      ///< st_ctim: unlike the time of modification, nobody can set it
  uint64_t offset, bytes;  ///< what is mapped
  uint32_t unknown;        ///< places that could not be decided
  uint32_t zero;
};
inline constexpr uint32_t kPathSite = 1u << 31;
inline constexpr uint32_t kKnownTextBytes = 6 * 1024;
constexpr uint64_t known_text_bytes(uint32_t sites) {
  return (sizeof(KnownText) + uint64_t{sites} * 4 + 7) & ~uint64_t{7};
}

struct KnownFacts {
  KnownAnswer answers[kKnownAnswers];
  std::atomic<uint32_t> text_taken;  ///< bytes
  alignas(8) std::byte text[kKnownTextBytes];
};

}  // namespace weft::channel
