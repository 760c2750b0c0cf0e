#include "replayer/runtime/breakpoint_stub.h"

#include <initializer_list>

#include "recorder/runtime/ground/extended_state.h"
#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

namespace {

// At the end of the Thread block's page; gs points at its beginning.
constexpr uint32_t kSavedRax = 4088;
constexpr uint32_t kSavedFlags = 4080;  // ah: SF ZF AF PF CF, al: OF
constexpr uint32_t kVectorHigh = 4064;  // 16 bytes
constexpr uint32_t kSavedRcx = 4056;
static_assert(sizeof(Thread) <= kSavedRcx);

constexpr uint64_t kConstantsAt = 3072;  // after the code; only read
constexpr int kMaxMisses = 96;
constexpr int kRax = 0, kRcx = 1, kRsp = 4;
constexpr int kNone = -1;

class StubWriter {
 public:
  explicit StubWriter(uint64_t stub) : at_(stub), constant_(stub + kConstantsAt) {}

  void code(std::initializer_list<uint8_t> bytes) {
    for (const uint8_t byte : bytes) *pointer_to<uint8_t>(at_++) = byte;
  }
  void number(const void* value, uint64_t bytes) {
    __builtin_memcpy(pointer_to<void>(at_), value, bytes);
    at_ += bytes;
  }
  void gs_offset(uint32_t offset) { number(&offset, 4); }

  void save_rax_and_flags() {
    save_rax(kSavedRax);
    code({0x9f});              // lahf
    code({0x0f, 0x90, 0xc0});  // seto %al
    save_rax(kSavedFlags);
  }
  void restore_rax_and_flags() {
    load_rax(kSavedFlags);
    code({0x04, 0x7f});  // add $127,%al: OF
    code({0x9e});        // sahf: the others
    load_rax(kSavedRax);
  }
  void save_rax(uint32_t offset) {  // mov %rax,%gs:offset
    code({0x65, 0x48, 0x89, 0x04, 0x25});
    gs_offset(offset);
  }
  void load_rax(uint32_t offset) {  // mov %gs:offset,%rax
    code({0x65, 0x48, 0x8b, 0x04, 0x25});
    gs_offset(offset);
  }

  /// cmp constant(%rip),%reg; jne miss
  void compare(int reg, uint64_t value) {
    code({static_cast<uint8_t>(reg < 8 ? 0x48 : 0x4c), 0x3b,
          static_cast<uint8_t>((reg & 7) << 3 | 5)});
    constant(value);
    jump_if_different();
  }
  void jump_if_different() {
    code({0x0f, 0x85});
    check(miss_count_ < kMaxMisses, "a breakpoint with too many comparisons");
    misses_[miss_count_++] = at_;
    at_ += 4;
  }
  void jump_to_constant(uint64_t target) {  // jmp *constant(%rip)
    code({0xff, 0x25});
    constant(target);
  }
  /// reg - value into rcx, without flags; a difference goes on at the end of the stub.
  void compare_first(int reg, uint64_t value) {
    const uint64_t negated = 0 - value;
    move_rcx(0x89);      // mov %rcx,%gs:kSavedRcx
    code({0x48, 0xb9});  // movabs $-value,%rcx
    number(&negated, 8);
    // lea (%rcx,%reg),%rcx
    code({static_cast<uint8_t>(reg < 8 ? 0x48 : 0x4a), 0x8d, 0x0c,
          static_cast<uint8_t>((reg & 7) << 3 | kRcx)});
    code({0xe3, 14});  // jrcxz over the next two
    move_rcx(0x8b);    // mov %gs:kSavedRcx,%rcx
    code({0xe9});      // jmp end
    first_miss_ = at_;
    at_ += 4;
    move_rcx(0x8b);
  }
  /// The stub ends here.
  void end() {
    if (first_miss_ != 0) put_distance(first_miss_);
  }
  /// The comparisons that failed go on here.
  void miss() {
    for (int i = 0; i < miss_count_; ++i) put_distance(misses_[i]);
  }
  uint64_t at() const { return at_; }

 private:
  /// Of a jump from `from` to here.
  void put_distance(uint64_t from) {
    const auto distance = static_cast<int32_t>(at_ - (from + 4));
    __builtin_memcpy(pointer_to<void>(from), &distance, 4);
  }
  void move_rcx(uint8_t opcode) {
    code({0x65, 0x48, opcode, 0x0c, 0x25});
    gs_offset(kSavedRcx);
  }
  /// The distance to a new constant, at the end of an instruction.
  void constant(uint64_t value) {
    const auto distance = static_cast<int32_t>(constant_ - (at_ + 4));
    number(&distance, 4);
    __builtin_memcpy(pointer_to<void>(constant_), &value, 8);
    constant_ += 8;
  }

  uint64_t at_, constant_;
  uint64_t first_miss_ = 0;
  int miss_count_ = 0;
  uint64_t misses_[kMaxMisses];
};

/// The comparisons come in two passes: what differs now (it has to change on the way, so it tells
/// most hits apart), then what is equal now.
struct Pass {
  Thread* thread;
  const trace::PreemptRecord* record;
  StubWriter* stub;
  bool differing;

  bool takes(uint64_t now, uint64_t then) const { return (now != then) == differing; }
};

/// As the processor numbers them.
struct General {
  uint64_t reg[16];
};
General general(const trace::Registers& r) {
  return {{r.rax, r.rcx, r.rdx, r.rbx, r.rsp, r.rbp, r.rsi, r.rdi, r.r8, r.r9, r.r10, r.r11, r.r12,
           r.r13, r.r14, r.r15}};
}

/// A register that has to change on the way to the moment, kNone if there is none: whether it is
/// equal is found out before the flags are saved, which takes half of the time.
int first_register(const trace::Registers& now, const trace::Registers& then) {
  const General from = general(now), to = general(then);
  for (int reg = 0; reg < 16; ++reg) {
    if (reg != kRcx && reg != kRsp && from.reg[reg] != to.reg[reg]) return reg;
  }
  return kNone;
}

void compare_registers(const Pass& pass) {
  const General at_moment = general(pass.record->registers),
                at_start = general(pass.thread->registers);
  const auto &then = at_moment.reg, &now = at_start.reg;
  for (int reg = 0; reg < 16; ++reg) {
    if (!pass.takes(now[reg], then[reg])) continue;
    if (reg == kRax) pass.stub->load_rax(kSavedRax);
    pass.stub->compare(reg, then[reg]);
  }
}

void compare_words(const Pass& pass) {
  for (const trace::PreemptWord& word : pass.record->words) {
    uint64_t now;
    if (word.address == 0 || weft_copy_guarded(&now, pointer_to<void>(word.address), 8) != 0 ||
        !pass.takes(now, word.value)) {
      continue;
    }
    pass.stub->code({0x48, 0xa1});  // movabs address,%rax
    pass.stub->number(&word.address, 8);
    pass.stub->compare(kRax, word.value);
  }
}

void compare_vectors(const Pass& pass) {
  const uint8_t* now = pass.thread->extended;
  const uint32_t high = vector_high_offset();
  for (int i = 0; i < 16; ++i) {
    uint64_t quad;
    const auto number = static_cast<uint8_t>((i & 7) << 3);
    __builtin_memcpy(&quad, now + 160 + 16 * i, 8);
    if (pass.takes(quad, pass.record->vector_low[i])) {  // movq %xmm,%rax
      pass.stub->code({0x66, static_cast<uint8_t>(i < 8 ? 0x48 : 0x4c), 0x0f, 0x7e,
                       static_cast<uint8_t>(0xc0 | number)});
      pass.stub->compare(kRax, pass.record->vector_low[i]);
    }
    if (high == 0 || !pass.differing)
      continue;  // seldom the only difference: else left to the runtime
    __builtin_memcpy(&quad, now + high + 16 * static_cast<uint32_t>(i), 8);
    if (pass.takes(quad, pass.record->vector_high[i])) {  // vextractf128 $1,%ymm,%gs:offset
      pass.stub->code({0x65, 0xc4, static_cast<uint8_t>(i < 8 ? 0xe3 : 0x63), 0x7d, 0x19,
                       static_cast<uint8_t>(0x04 | number), 0x25});
      pass.stub->gs_offset(kVectorHigh);
      pass.stub->code({1});
      pass.stub->load_rax(kVectorHigh);
      pass.stub->compare(kRax, pass.record->vector_high[i]);
    }
  }
}

void compare_flags(uint64_t flags, StubWriter* stub) {
  constexpr uint64_t kLahf = 0xd5, kOverflow = 0x800;
  const auto image =
      static_cast<uint16_t>((((flags & kLahf) | 2) << 8) | ((flags & kOverflow) != 0 ? 1 : 0));
  stub->load_rax(kSavedFlags);
  stub->code({0x66, 0x3d});  // cmp $image,%ax
  stub->number(&image, 2);
  stub->jump_if_different();
}

}  // namespace

uint64_t build_checks(Thread* thread, const trace::PreemptRecord& record, uint64_t at) {
  StubWriter stub(at);
  save_extended_state(thread->extended);
  const int first = first_register(thread->registers, record.registers);
  if (first != kNone) stub.compare_first(first, general(record.registers).reg[first]);
  stub.save_rax_and_flags();
  for (const bool differing : {true, false}) {
    const Pass pass{thread, &record, &stub, differing};
    compare_registers(pass);
    compare_words(pass);
    compare_vectors(pass);
  }
  compare_flags(record.registers.rflags, &stub);
  stub.restore_rax_and_flags();
  stub.jump_to_constant(address_of(&weft_entry_breakpoint));
  stub.miss();
  stub.restore_rax_and_flags();
  stub.end();
  return stub.at();
}

}  // namespace weft::runtime
