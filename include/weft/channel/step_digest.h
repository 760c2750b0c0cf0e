/// What a thread is like between two instructions, in 64 bits: its registers, and the words of its
/// stack where a function keeps its variables. The same for every reader: the runtime while it
/// makes steps, a debugger that has stopped the process.
///
/// In a loop that keeps all in memory the registers are the same each time round; so the words
/// below the frame pointer (where it is one) and above the stack pointer count too. Flags do not:
/// an instruction carried out by hand may leave other undefined ones.
///
///        rsp - 128 or rbp - 128 ├── 128 bytes ──┤     rsp ├── 64 bytes ──┤
#pragma once

#include <cstddef>
#include <cstdint>

#include "weft/trace/event.h"

namespace weft::channel {

inline constexpr size_t kDigestBelow = 128, kDigestAbove = 64;
inline constexpr uint64_t kLargestFrame = 1u << 20;

namespace digest {

struct Words {
  uint64_t below[kDigestBelow / sizeof(uint64_t)];
  uint64_t above[kDigestAbove / sizeof(uint64_t)];
};

/// The 128-bit product of two words, folded; as wyhash does.
inline uint64_t mix(uint64_t a, uint64_t b, uint64_t key) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a ^ key) * (b ^ (key * 0x9e37'79b9'7f4a'7c15));
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace digest

/// `read(address, to, bytes)` copies memory of the program; what cannot be read stays zero.
template <class Read>
uint64_t step_digest(const trace::Registers& r, Read read) {
  digest::Words words{};
  const bool has_frame = r.rbp - r.rsp < kLargestFrame;
  read((has_frame ? r.rbp : r.rsp) - kDigestBelow, words.below, sizeof words.below);
  read(r.rsp, words.above, sizeof words.above);
  constexpr uint64_t kKey = 0xa076'1d64'78bd'642f;
  const uint64_t general[] = {r.rax, r.rbx, r.rcx, r.rdx, r.rsi, r.rdi, r.rbp, r.rsp, r.r8,
                              r.r9,  r.r10, r.r11, r.r12, r.r13, r.r14, r.r15, r.rip, r.fs_base};
  uint64_t sum = 0, key = kKey;
  const auto add = [&](const uint64_t* from, size_t count) {
    for (size_t i = 0; i < count; i += 2) sum += digest::mix(from[i], from[i + 1], key += kKey);
  };
  add(general, sizeof general / sizeof general[0]);
  add(words.below, sizeof words.below / sizeof words.below[0]);
  add(words.above, sizeof words.above / sizeof words.above[0]);
  return sum;
}

}  // namespace weft::channel
