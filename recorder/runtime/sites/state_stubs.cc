#include "recorder/runtime/sites/state_stubs.h"

#include <initializer_list>

#include "recorder/runtime/code/relocate.h"
#include "recorder/runtime/ground/placement.h"
#include "recorder/runtime/ground/shown_processor.h"
#include "recorder/runtime/log/event_writer.h"

namespace weft::runtime {

namespace {

constexpr uint32_t kStubRoom = 512;
constexpr uint32_t kMoved = 128 + 3 * 8;  // rsp in the stub: red zone, flags, rax, rdx
constexpr uint32_t kStatusAt = 2, kOpcodeAt = 6, kPointersAt = 8, kMxcsrMaskAt = 28,
                   kHeaderAt = 512;
constexpr uint8_t kExceptionWaits = 0x80;  // of the x87 status word
constexpr uint8_t kRspBase = 4, kRspSib = 0x24;

uint64_t g_next;  // stub

class Stub {
 public:
  explicit Stub(uint64_t at) : at_(at) {}
  void code(std::initializer_list<uint8_t> bytes) {
    for (const uint8_t byte : bytes) *pointer_to<uint8_t>(at_++) = byte;
  }
  void number(uint32_t value) {
    __builtin_memcpy(pointer_to<void>(at_), &value, sizeof value);
    at_ += sizeof value;
  }
  void jump_to(uint64_t target) {
    code({0xe9});
    number(static_cast<uint32_t>(target - (at_ + 4)));
  }
  uint64_t at() const { return at_; }

 private:
  uint64_t at_;
};

/// The displacement of an operand disp(%rsp); false if it is another one.
bool read_operand(uint64_t address, const Question& question, uint32_t* displacement) {
  const Instruction& in = question.instruction;
  uint8_t bytes[kMaxInstruction];
  if (in.length < kJumpBytes || in.segment != 0 || in.address32 ||
      weft_copy_guarded(bytes, pointer_to<void>(address), in.length) != 0) {
    return false;
  }
  const uint8_t modrm = bytes[in.modrm_at];
  if ((modrm & 7) != kRspBase || bytes[in.modrm_at + 1] != kRspSib || (in.rex & 3) != 0)
    return false;
  int32_t value = 0;
  if (in.disp_bytes == 1) value = static_cast<int8_t>(bytes[in.disp_at]);
  if (in.disp_bytes == 4) __builtin_memcpy(&value, bytes + in.disp_at, 4);
  *displacement = static_cast<uint32_t>(value);
  return in.disp_bytes == 1 || in.disp_bytes == 4;
}

/// Where the last x87 instruction was, and its operand: zero unless an exception waits. What is kept
/// there follows the processor (AMD's keep it only then, and some an older one).
void clear_x87_pointers(Stub* stub, uint32_t area) {
  constexpr uint8_t kClears = 10 + 2 * 12;  // bytes that the jump skips
  stub->code({0xf6, 0x84, kRspSib});        // testb $exception,status(%rsp)
  stub->number(area + kStatusAt);
  stub->code({kExceptionWaits, 0x75, kClears});  // jnz
  stub->code({0x66, 0xc7, 0x84, kRspSib});       // movw $0,opcode(%rsp)
  stub->number(area + kOpcodeAt);
  stub->code({0, 0});
  for (const uint32_t at : {kPointersAt, kPointersAt + 8}) {
    stub->code({0x48, 0xc7, 0x84, kRspSib});  // movq $0,pointer(%rsp)
    stub->number(area + at);
    stub->number(0);
  }
}

/// The six bytes after each of st0..7: real processors write zeros, emulated ones leave them.
void clear_gaps(Stub* stub, uint32_t area) {
  constexpr uint32_t kFirst = 32 + 10, kApart = 16, kRegisters = 8;
  for (uint32_t i = 0; i < kRegisters; ++i) {
    const uint32_t at = area + kFirst + i * kApart;
    stub->code({0xc7, 0x84, kRspSib});  // movl $0,at(%rsp)
    stub->number(at);
    stub->number(0);
    stub->code({0x66, 0xc7, 0x84, kRspSib});  // movw $0,at+4(%rsp)
    stub->number(at + 4);
    stub->code({0, 0});
  }
}

void write_stub(Stub* stub, const Question& question, uint32_t operand, uint64_t back) {
  const auto states = static_cast<uint32_t>(shown_processor().states);
  const bool saves = question.kind == QuestionKind::kSaveState;
  const auto wide = static_cast<uint8_t>(0x40 | (question.instruction.rex & 8));
  stub->code({0x48, 0x8d, 0x64, 0x24, 0x80});  // lea -128(%rsp),%rsp
  stub->code({0x9c, 0x50, 0x52});              // pushfq; push %rax; push %rdx
  stub->code({0x25});                          // and $states,%eax
  stub->number(states);
  stub->code({0x31, 0xd2});  // xor %edx,%edx
  stub->code({wide, 0x0f, 0xae, static_cast<uint8_t>(saves ? 0xa4 : 0xac), kRspSib});
  stub->number(operand + kMoved);  // xsave or xrstor operand(%rsp)
  if (saves) {
    stub->code({0x48, 0x89, 0x84, kRspSib});  // mov %rax,header(%rsp)
    stub->number(operand + kMoved + kHeaderAt);
    stub->code({0xc7, 0x84, kRspSib});  // movl $0xffff,mask(%rsp)
    stub->number(operand + kMoved + kMxcsrMaskAt);
    stub->number(0xffff);
    clear_x87_pointers(stub, operand + kMoved);
    clear_gaps(stub, operand + kMoved);
  }
  stub->code({0x5a, 0x58, 0x9d});  // pop %rdx; pop %rax; popfq
  stub->code({0x48, 0x8d, 0xa4, 0x24});
  stub->number(128);  // lea 128(%rsp),%rsp
  stub->jump_to(back);
}

}  // namespace

bool jump_to_state_stub(const Thread* thread, uint64_t address, const Question& question) {
  uint32_t operand;
  if (g_next == 0) g_next = state_stubs();
  const auto distance = static_cast<int64_t>(g_next - (address + kJumpBytes));
  if (!read_operand(address, question, &operand) || distance != static_cast<int32_t>(distance) ||
      g_next + kStubRoom > state_stubs() + kStateStubBytes) {
    return false;
  }
  Stub stub(g_next);
  write_stub(&stub, question, operand, address + question.length);
  write_data_events(thread, g_next, stub.at() - g_next);
  Stub(address).jump_to(g_next);
  write_data_events(thread, address, kJumpBytes);
  g_next += kStubRoom;
  return true;
}

void forget_state_stubs() {
  g_next = 0;
}

}  // namespace weft::runtime
