/// Questions (question.h) among the bytes of a function, as far as it is proved that they are
/// instructions (instruction_starts.h).
#pragma once

#include <cstdint>

#include "recorder/runtime/code/instruction_starts.h"
#include "recorder/runtime/code/question.h"

namespace weft::runtime {

/// One function, or one piece of generated code. Static memory: only one of these.
class QuestionProof {
 public:
  /// An instruction begins at `entry`. The bytes are looked at when at() is asked first.
  void look_at(const uint8_t* code, uint64_t bytes, uint64_t entry = 0);
  /// Does a question have its escape byte at `escape`? kProven: `question` is filled in. kInside:
  /// no.
  Start at(uint64_t escape, Question* question);
  /// For generated code, where at() says kUnknown: a cpuid or xgetbv right after an instruction
  /// that loads the register which says what is asked, with a number that can be asked; an fxsave
  /// to the stack. These 4 or 7 bytes are by chance what they are once in 2^31 places at least.
  bool looks_like_one(uint64_t escape, Question* question) const;
  /// The same, for one near another question: a cpuid or xgetbv at which nearly all sweeps arrive
  /// that begin 16 to 48 bytes before it. Wherever a sweep begins, it soon meets the instructions
  /// that are there; so this is one, unless it is data.
  bool is_met_by_sweeps(uint64_t escape, Question* question) const;

 private:
  int available_at(uint64_t offset) const;
  bool may_ask(uint64_t escape, uint64_t before, Question* question) const;

  const uint8_t* code_ = nullptr;
  uint64_t bytes_ = 0, entry_ = 0;
  bool looked_at_ = false;
  InstructionStarts starts_;
};

}  // namespace weft::runtime
