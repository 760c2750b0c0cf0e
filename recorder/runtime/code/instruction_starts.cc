#include "recorder/runtime/code/instruction_starts.h"

#include "recorder/runtime/code/instruction.h"

namespace weft::runtime {

namespace {

constexpr uint8_t kUndefined = 0x0b, kHalt = 0xf4, kIndirectGroup = 0xff;

bool decode_at(const uint8_t* code, uint64_t bytes, uint64_t offset, Instruction* in) {
  const uint64_t left = bytes - offset;
  const int available = left < kMaxInstruction ? static_cast<int>(left) : kMaxInstruction;
  return decode(code + offset, available, in) && !in->replaced;
}

/// False after what control never comes back from: ud2, hlt.
bool goes_on(const Instruction& in) {
  if (in.flow == Flow::kJump || in.flow == Flow::kAway) return false;
  if (in.flow != Flow::kSpecial || in.vector) return true;
  if (in.map == 0) return in.opcode != kHalt;
  return in.map != 1 ||
         (in.opcode != kUndefined && in.opcode != 0xb9 && in.opcode != kIndirectGroup);
}

}  // namespace

void InstructionStarts::look_at(const uint8_t* code, uint64_t bytes, uint64_t entry) {
  code_ = code;
  bytes_ = bytes > kLongestFunction ? 0 : bytes;
  reached_.clear(bytes_);
  swept_ = false;
  to_sweep_ = entry == 0;
  follow_flow(entry);
}

void InstructionStarts::sweep() {
  uint64_t at = 0;
  Instruction in;
  swept_starts_.clear(bytes_);
  while (at < bytes_ && decode_at(code_, bytes_, at, &in)) {
    swept_starts_.set(at);
    at += in.length;
  }
  swept_ = bytes_ != 0 && at == bytes_;
  for (uint64_t i = 0; swept_ && i < bytes_; ++i) {
    if (reached_.get(i) && !swept_starts_.get(i)) swept_ = false;
  }
}

void InstructionStarts::add_target(uint64_t offset) {
  if (offset < bytes_ && !reached_.get(offset) && pending_count_ < kMostPending)
    pending_[pending_count_++] = static_cast<uint32_t>(offset);
}

void InstructionStarts::follow_from(uint64_t offset) {
  Instruction in;
  while (offset < bytes_ && !reached_.get(offset)) {
    if (!decode_at(code_, bytes_, offset, &in)) return;
    reached_.set(offset);
    if (in.flow == Flow::kConditional || in.flow == Flow::kJump)
      add_target(branch_target(in, code_ + offset, offset));
    if (!goes_on(in)) return;
    offset += in.length;
  }
}

void InstructionStarts::follow_flow(uint64_t entry) {
  pending_count_ = 0;
  add_target(entry);
  while (pending_count_ > 0) follow_from(pending_[--pending_count_]);
}

Start InstructionStarts::known_by(const Bits& starts, uint64_t offset) const {
  if (starts.get(offset)) return Start::kProven;
  for (uint64_t back = 1; back < kMaxInstruction && back <= offset; ++back) {
    Instruction in;
    if (!starts.get(offset - back)) continue;
    if (decode_at(code_, bytes_, offset - back, &in) && in.length > back) return Start::kInside;
  }
  return Start::kUnknown;
}

Start InstructionStarts::at(uint64_t offset) {
  if (offset >= bytes_) return Start::kUnknown;
  const Start by_flow = known_by(reached_, offset);
  if (by_flow != Start::kUnknown) return by_flow;
  if (to_sweep_) sweep();
  to_sweep_ = false;
  return swept_ ? known_by(swept_starts_, offset) : Start::kUnknown;
}

}  // namespace weft::runtime
