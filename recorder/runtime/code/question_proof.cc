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

}  // namespace

void QuestionProof::look_at(const uint8_t* code, uint64_t bytes, uint64_t entry) {
  code_ = code;
  bytes_ = bytes;
  entry_ = entry;
  looked_at_ = false;
}

Start QuestionProof::at(uint64_t escape, Question* question) {
  if (!looked_at_) starts_.look_at(code_, bytes_, entry_);
  looked_at_ = true;
  for (uint64_t before = 0; before <= kLongestPrefix && before <= escape; ++before) {
    const uint64_t start = escape - before, left = bytes_ - start;
    if (starts_.at(start) != Start::kProven) continue;
    const int available = left < kMaxInstruction ? static_cast<int>(left) : kMaxInstruction;
    if (read_question(code_ + start, available, question) && question->escape_at == before)
      return Start::kProven;
  }
  return starts_.at(escape) == Start::kUnknown ? Start::kUnknown : Start::kInside;
}

bool QuestionProof::looks_like_one(uint64_t escape, Question* question) const {
  constexpr uint64_t kBefore = 5, kBehind = 3;
  if (escape < kBefore || bytes_ - escape < kBehind ||
      !read_question(code_ + escape, static_cast<int>(kBehind), question)) {
    return false;
  }
  const bool asks =
      question->kind == QuestionKind::kStates || question->kind == QuestionKind::kAbilities;
  return asks && (loads_leaf(code_ + escape) || clears(code_ + escape));
}

}  // namespace weft::runtime
