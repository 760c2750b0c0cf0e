#include "recorder/runtime/code/question.h"

namespace weft::runtime {

namespace {

constexpr uint8_t kOldReplaced = 0x0a;  // of formats 1 and 2
constexpr uint8_t kRepeat = 0xf3;

bool is_register(uint8_t modrm) {
  return modrm >> 6 == 3;
}
uint8_t digit_of(uint8_t modrm) {
  return modrm >> 3 & 7;
}

/// 0f c7: rdrand, rdpid and rdseed of a register.
QuestionKind kind_of_c7(const Instruction& in, uint8_t modrm) {
  const uint8_t digit = digit_of(modrm);
  const bool plain = in.repeat == 0;
  if (!is_register(modrm)) return QuestionKind::kNone;
  if (digit == 6) return plain ? QuestionKind::kRandom : QuestionKind::kNone;
  if (digit != 7) return QuestionKind::kNone;
  if (in.repeat == kRepeat) return QuestionKind::kProcessor;
  return plain ? QuestionKind::kSeed : QuestionKind::kNone;
}

QuestionKind kind_of(const Instruction& in, const uint8_t* bytes) {
  if (in.map != 1 || in.vector) return QuestionKind::kNone;
  const uint8_t modrm = in.modrm_at != 0 ? bytes[in.modrm_at] : 0;
  const bool plain = in.repeat == 0 && !in.operand16;
  switch (in.opcode) {
    case 0x31:
      return QuestionKind::kTimeStamp;
    case 0xa2:
      return QuestionKind::kAbilities;
    case 0x01:
      if (modrm == 0xf9) return QuestionKind::kTimeStampAndProcessor;
      return modrm == 0xd0 && plain ? QuestionKind::kStates : QuestionKind::kNone;
    case 0x03:
      return is_register(modrm) ? QuestionKind::kSegmentLimit : QuestionKind::kNone;
    case 0xae:  // with prefixes: ptwrite, incsspd...
      if (is_register(modrm) || !plain) return QuestionKind::kNone;
      if (digit_of(modrm) == 0) return QuestionKind::kSaveLegacyState;
      if (digit_of(modrm) == 4) return QuestionKind::kSaveState;
      return digit_of(modrm) == 5 ? QuestionKind::kLoadState : QuestionKind::kNone;
    case 0xc7:
      return kind_of_c7(in, modrm);
    default:
      return QuestionKind::kNone;
  }
}

bool read_old_time_stamp(const uint8_t* bytes, int available, Question* question) {
  if (available < 3 || bytes[0] != kEscape || bytes[1] != kOldReplaced) return false;
  const bool with_processor = bytes[2] == 0xf9;
  question->kind = with_processor ? QuestionKind::kTimeStampAndProcessor : QuestionKind::kTimeStamp;
  question->length = with_processor ? 3 : 2;
  question->replaced = true;
  return true;
}

}  // namespace

bool read_question(const uint8_t* bytes, int available, Question* question) {
  *question = {};
  if (read_old_time_stamp(bytes, available, question)) return true;
  Instruction in;
  if (!decode(bytes, available, &in)) return false;
  question->kind = kind_of(in, bytes);
  if (question->kind == QuestionKind::kNone) return false;
  const uint8_t modrm = in.modrm_at != 0 ? bytes[in.modrm_at] : 0;
  const auto second = static_cast<uint8_t>((modrm & 7) | (in.rex & 1) << 3);
  const auto first = static_cast<uint8_t>(digit_of(modrm) | (in.rex & 4) << 1);
  const bool limit = question->kind == QuestionKind::kSegmentLimit;
  const bool wide = (in.rex & 8) != 0 || question->kind == QuestionKind::kProcessor;
  question->length = in.length;
  question->escape_at = static_cast<uint8_t>(in.opcode_at - 1);
  question->reg = limit ? first : second;
  question->source = second;
  question->width = wide ? 8 : in.operand16 ? 2 : 4;
  question->replaced = in.replaced;
  question->instruction = in;
  return true;
}

bool may_be_question(const uint8_t* at) {
  switch (at[1]) {
    case 0x31:
    case 0xa2:
      return true;
    case 0x01:
      return at[2] == 0xf9 || at[2] == 0xd0;
    case 0x03:
      return is_register(at[2]);
    case 0xae:
      return !is_register(at[2]) &&
             (digit_of(at[2]) == 0 || digit_of(at[2]) == 4 || digit_of(at[2]) == 5);
    case 0xc7:
      return is_register(at[2]) && digit_of(at[2]) >= 6;
    default:
      return false;
  }
}

uint64_t* register_at(trace::Registers* r, int number) {
  uint64_t* const all[16] = {&r->rax, &r->rcx, &r->rdx, &r->rbx, &r->rsp, &r->rbp,
                             &r->rsi, &r->rdi, &r->r8,  &r->r9,  &r->r10, &r->r11,
                             &r->r12, &r->r13, &r->r14, &r->r15};
  return all[number & 15];
}

void write_register(uint64_t* reg, int width, uint64_t value) {
  if (width == 2) {
    *reg = (*reg & ~uint64_t{0xffff}) | (value & 0xffff);
  } else {
    *reg = width == 4 ? value & 0xffff'ffff : value;
  }
}

}  // namespace weft::runtime
