/// Where the instructions of a function begin: the proof that bytes that look like an instruction
/// are one, and not the middle of another, or data.
///
/// Two ways through the function, both from an instruction that is known: its first one, by what
/// the file's tables say (elf_functions.h), or the one where the program stands:
///
///   the flow    from each instruction to all that may come next: the following one, unless it is a
///               jump or a return, and the target of a direct branch. Bytes that the flow reaches
///               are executed if its branches may go both ways; so they are an instruction.
///   the sweep   from the first byte, one instruction after the other, to the last byte. It proves
///               nothing where data lies between. But where all instructions are known, it ends
///               with the last one, and each instruction that the flow reaches is among its own.
///               Then it also finds those that only a jump through a table or an exception reaches.
///
/// Pure: no kernel, no runtime.
#pragma once

#include <cstdint>

namespace weft::runtime {

/// Longer functions are not looked at.
inline constexpr uint64_t kLongestFunction = 1u << 20;

enum class Start : uint8_t {
  kProven,   ///< an instruction begins there
  kInside,   ///< the byte is part of another instruction
  kUnknown,  ///< neither can be told
};

/// One function at a time; static memory, so only one of these.
class InstructionStarts {
 public:
  /// Looks at the function in `code`; an instruction begins at `entry`. There is no sweep if that
  /// is not the first byte.
  void look_at(const uint8_t* code, uint64_t bytes, uint64_t entry = 0);
  /// What begins at `offset`, which is below the function's length.
  Start at(uint64_t offset);

 private:
  class Bits {
   public:
    void clear(uint64_t bits) { __builtin_memset(words_, 0, (bits + 63) / 64 * 8); }
    void set(uint64_t bit) { words_[bit / 64] |= uint64_t{1} << bit % 64; }
    bool get(uint64_t bit) const { return (words_[bit / 64] >> bit % 64 & 1) != 0; }

   private:
    uint64_t words_[kLongestFunction / 64];
  };
  static constexpr uint64_t kMostPending = 16 * 1024;

  void sweep();
  void follow_flow(uint64_t entry);
  void follow_from(uint64_t offset);
  void add_target(uint64_t offset);
  Start known_by(const Bits& starts, uint64_t offset) const;

  const uint8_t* code_ = nullptr;
  uint64_t bytes_ = 0;
  bool to_sweep_ = false;  // when the flow does not tell
  bool swept_ = false;     // to the end, and the flow agrees
  Bits swept_starts_;
  Bits reached_;
  uint64_t pending_count_ = 0;
  uint32_t pending_[kMostPending];
};

}  // namespace weft::runtime
