/// Questions: instructions that ask the processor for something that another processor, or the same
/// one at another time, would answer differently.
///
///   rdtsc, rdtscp   the time            cpuid, xgetbv   what it can do
///   rdpid, lsl      which one it is     rdrand, rdseed  random numbers
///   xsave           which of its registers it takes to be in use; where the last x87 instruction was
///   fxsave          the latter, and which bits mxcsr has
///   xrstor          nothing; but what it loads must be what the program was told that there is
///
/// In the program's text their escape byte is replaced, so that they trap (question_sites.h):
///
///   cpuid       0f a2           06 a2            rdpid %rax    f3 0f c7 f8      f3 06 c7 f8
///   rdtscp      0f 01 f9        06 01 f9         rdrand %r9    49 0f c7 f1      49 06 c7 f1
///
/// Only one byte is replaced, so it is still known which instruction it was. Traces of format 1 and
/// 2 have only the time stamps, as 0f 0a and 0f 0a f9.
///
/// Pure: no kernel, no runtime.
#pragma once

#include <cstdint>

#include "recorder/runtime/code/instruction.h"
#include "weft/trace/event.h"

namespace weft::runtime {

enum class QuestionKind : uint8_t {
  kNone,
  kTimeStamp,
  kTimeStampAndProcessor,  ///< rdtscp
  kAbilities,              ///< cpuid
  kStates,                 ///< xgetbv
  kProcessor,              ///< rdpid
  kSegmentLimit,           ///< lsl between registers
  kRandom,                 ///< rdrand
  kSeed,                   ///< rdseed
  kSaveState,              ///< xsave
  kLoadState,              ///< xrstor
  kSaveLegacyState,        ///< fxsave
};
inline constexpr int kQuestionKinds = 12;

struct Question {
  QuestionKind kind;
  uint8_t length;     ///< of the whole instruction
  uint8_t escape_at;  ///< offset of the escape byte
  uint8_t reg;        ///< that gets the answer, as instructions number registers
  uint8_t source;     ///< lsl: the register that holds the selector
  uint8_t width;      ///< bytes of `reg` that are written: 2, 4, 8
  bool replaced;      ///< by weft: it traps
  Instruction instruction;
};

/// The instruction at `bytes`, of which `available` may be read: which question is it? False if it
/// is none, or no instruction.
bool read_question(const uint8_t* bytes, int available, Question* question);

/// True if the bytes at an escape byte may belong to a question: most do not, and are told at once.
/// `at` + 2 may be read.
bool may_be_question(const uint8_t* at);

/// General register `number` of instructions.
uint64_t* register_at(trace::Registers* registers, int number);
/// What an instruction leaves in a register that it writes `width` bytes of.
void write_register(uint64_t* reg, int width, uint64_t value);

}  // namespace weft::runtime
