#include "recorder/runtime/code/question_proof.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kLongestPrefix = 4;  // bytes before the escape byte

/// mov $LEAF,%eax or %ecx, with a leaf or subleaf that cpuid may have.
bool loads_leaf(const uint8_t* end) {
  uint32_t leaf;
  __builtin_memcpy(&leaf, end - 4, sizeof leaf);
  const uint32_t range = leaf & ~uint32_t{0xff};
  const bool known = range == 0 || range == 0x4000'0000 || range == 0x8000'0000;
  return known && (end[-5] == 0xb8 || end[-5] == 0xb9);
}

/// xor %eax,%eax or xor %ecx,%ecx.
bool clears(const uint8_t* end) {
  return (end[-2] == 0x31 || end[-2] == 0x33) && (end[-1] == 0xc0 || end[-1] == 0xc9);
}

/// (%rsp) or DISTANCE(%rsp), without an index.
bool is_on_stack(const uint8_t* modrm) {
  return (modrm[0] & 7) == 4 && modrm[1] == 0x24;
}

}  // namespace

void QuestionProof::look_at(const uint8_t* code, uint64_t bytes, uint64_t entry) {
  code_ = code;
  bytes_ = bytes;
  entry_ = entry;
  looked_at_ = false;
}

int QuestionProof::available_at(uint64_t offset) const {
  const uint64_t left = bytes_ - offset;
  return left < kMaxInstruction ? static_cast<int>(left) : kMaxInstruction;
}

Start QuestionProof::at(uint64_t escape, Question* question) {
  if (!looked_at_) starts_.look_at(code_, bytes_, entry_);
  looked_at_ = true;
  for (uint64_t before = 0; before <= kLongestPrefix && before <= escape; ++before) {
    const uint64_t start = escape - before;
    if (starts_.at(start) != Start::kProven) continue;
    if (read_question(code_ + start, available_at(start), question) &&
        question->escape_at == before)
      return Start::kProven;
  }
  return starts_.at(escape) == Start::kUnknown ? Start::kUnknown : Start::kInside;
}

/// A cpuid or xgetbv, if an instruction begins at `escape`.
bool QuestionProof::may_ask(uint64_t escape, uint64_t before, Question* question) const {
  constexpr uint64_t kBehind = 3;
  if (escape < before || bytes_ - escape < kBehind ||
      !read_question(code_ + escape, static_cast<int>(kBehind), question)) {
    return false;
  }
  return question->kind == QuestionKind::kStates || question->kind == QuestionKind::kAbilities;
}

bool QuestionProof::looks_like_one(uint64_t escape, Question* question) const {
  constexpr uint64_t kBefore = 5;
  if (read_question(code_ + escape, available_at(escape), question) &&
      question->kind == QuestionKind::kSaveLegacyState) {
    return bytes_ - escape >= kBefore && is_on_stack(code_ + escape + 2);
  }
  return may_ask(escape, kBefore, question) &&
         (loads_leaf(code_ + escape) || clears(code_ + escape));
}

bool QuestionProof::is_met_by_sweeps(uint64_t escape, Question* question) const {
  constexpr uint64_t kFarthest = 48, kNearest = 16, kEnough = 16, kTimes = 4;
  if (!may_ask(escape, kFarthest, question)) return false;
  uint64_t meet = 0, miss = 0;
  for (uint64_t start = escape - kFarthest; start <= escape - kNearest; ++start) {
    uint64_t at = start;
    Instruction instruction;
    while (at < escape && decode(code_ + at, available_at(at), &instruction))
      at += instruction.length;
    if (at == escape) ++meet;
    if (at > escape) ++miss;
  }
  return meet >= kEnough && meet >= kTimes * miss;
}

}  // namespace weft::runtime
