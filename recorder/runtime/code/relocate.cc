#include "recorder/runtime/code/relocate.h"

namespace weft::runtime {

namespace {

class Output {
 public:
  Output(uint8_t* out, uint64_t address) : out_(out), address_(address) {}
  void byte(uint8_t value) { out_[at_++] = value; }
  void bytes(const uint8_t* from, int count) {
    for (int i = 0; i < count; ++i) byte(from[i]);
  }
  void number(uint64_t value) {
    for (int i = 0; i < 4; ++i) byte(static_cast<uint8_t>(value >> 8 * i));
  }
  /// The distance to `target` from `behind` bytes after the four bytes to write.
  void distance(uint64_t target, int behind) {
    const auto wanted =
        static_cast<int64_t>(target - (address() + 4 + static_cast<uint64_t>(behind)));
    fits_ = fits_ && wanted == static_cast<int32_t>(wanted);
    number(static_cast<uint64_t>(wanted));
  }
  void jump_to(uint64_t target) {
    byte(0xe9);
    distance(target, 0);
  }
  uint64_t address() const { return address_ + at_; }
  bool fits() const { return fits_; }

 private:
  uint8_t* out_;
  uint64_t address_;
  uint64_t at_ = 0;
  bool fits_ = true;
};

/// Decodes what a jmp at `code` would cover: how many instructions, or 0.
int covered(const uint8_t* code, int available, Instruction (&instructions)[kMaxMoved]) {
  int count = 0;
  for (uint64_t at = 0; at < kJumpBytes;) {
    Instruction& instruction = instructions[count++];
    if (!decode(code + at, available - static_cast<int>(at), &instruction)) return 0;
    if (instruction.flow == Flow::kSpecial || (instruction.rip_relative && instruction.address32))
      return 0;
    at += instruction.length;
    const bool ends = instruction.flow == Flow::kAway || instruction.flow == Flow::kJump;
    if (ends && at < kJumpBytes) return 0;
  }
  return count;
}

void put_conditional(const Instruction& in, const uint8_t* code, uint64_t target, Output* output) {
  if (in.map == 1 || (in.opcode & 0xf0) == 0x70) {
    output->byte(0x0f);
    output->byte(static_cast<uint8_t>(0x80 | (in.opcode & 0xf)));
    output->distance(target, 0);
    return;
  }
  output->bytes(code, in.length - 1);  // loop, jrcxz
  output->byte(2);
  output->byte(0xeb);
  output->byte(5);
  output->jump_to(target);
}

void put_call(uint64_t back, uint64_t target, Output* output) {
  output->byte(0x68);  // push $low half, sign-extended
  output->number(back);
  constexpr uint8_t kMove[] = {0xc7, 0x44, 0x24, 4};  // movl $high half, 4(%rsp)
  output->bytes(kMove, sizeof kMove);
  output->number(back >> 32);
  output->jump_to(target);
}

void put_moved(const Instruction& in, const uint8_t* code, uint64_t from, Output* output) {
  switch (in.flow) {
    case Flow::kConditional:
      return put_conditional(in, code, branch_target(in, code, from), output);
    case Flow::kJump:
      return output->jump_to(branch_target(in, code, from));
    case Flow::kCall:
      return put_call(from + in.length, branch_target(in, code, from), output);
    default:
      break;
  }
  if (!in.rip_relative) return output->bytes(code, in.length);
  const int behind = in.length - in.disp_at - 4;
  output->bytes(code, in.disp_at);
  output->distance(branch_target(in, code, from), behind);
  output->bytes(code + in.disp_at + 4, behind);
}

}  // namespace

bool can_move(const uint8_t* code, int available) {
  Instruction instructions[kMaxMoved];
  return covered(code, available, instructions) != 0;
}

bool move_instructions(const uint8_t* code, int available, uint64_t from, uint8_t* out, uint64_t to,
                       Moved* moved) {
  Instruction instructions[kMaxMoved];
  *moved = {};
  moved->count = static_cast<uint8_t>(covered(code, available, instructions));
  if (moved->count == 0) return false;
  Output output(out, to);
  uint8_t at = 0;
  for (int i = 0; i < moved->count; ++i) {
    moved->offsets[i] = at;
    moved->places[i] = output.address();
    put_moved(instructions[i], code + at, from + at, &output);
    at = static_cast<uint8_t>(at + instructions[i].length);
  }
  moved->bytes = at;
  output.jump_to(from + at);
  return output.fits();
}

}  // namespace weft::runtime
