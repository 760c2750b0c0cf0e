#include "replayer/runtime/breakpoint_stub.h"

#include <initializer_list>

#include "recorder/runtime/kernel.h"
#include "recorder/runtime/report.h"
#include "recorder/runtime/thread.h"

namespace weft::runtime {

namespace {

// At the end of the Thread block's page; gs points at its beginning.
constexpr uint32_t kSavedRax = 4088;
constexpr uint32_t kSavedFlags = 4080;  // ah: SF ZF AF PF CF, al: OF
static_assert(sizeof(Thread) <= kSavedFlags);

constexpr uint64_t kConstantsAt = 3072;  // behind the code; only read
constexpr int kMaxMisses = 64;
constexpr int kRax = 0;

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
    code({static_cast<uint8_t>(reg < 8 ? 0x48 : 0x4c), 0x3b, static_cast<uint8_t>((reg & 7) << 3 | 5)});
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
  /// The comparisons that failed go on here.
  void miss() {
    for (int i = 0; i < miss_count_; ++i) {
      const auto distance = static_cast<int32_t>(at_ - (misses_[i] + 4));
      __builtin_memcpy(pointer_to<void>(misses_[i]), &distance, 4);
    }
  }
  uint64_t at() const { return at_; }

 private:
  /// The distance to a new constant, at the end of an instruction.
  void constant(uint64_t value) {
    const auto distance = static_cast<int32_t>(constant_ - (at_ + 4));
    number(&distance, 4);
    __builtin_memcpy(pointer_to<void>(constant_), &value, 8);
    constant_ += 8;
  }

  uint64_t at_, constant_;
  int miss_count_ = 0;
  uint64_t misses_[kMaxMisses];
};

void compare_registers(const trace::Registers& r, StubWriter* stub) {
  const uint64_t values[16] = {r.rax, r.rcx, r.rdx, r.rbx, r.rsp, r.rbp, r.rsi, r.rdi,
                               r.r8, r.r9, r.r10, r.r11, r.r12, r.r13, r.r14, r.r15};
  for (int reg = 1; reg < 16; ++reg) stub->compare(reg, values[reg]);
  stub->load_rax(kSavedRax);
  stub->compare(kRax, values[kRax]);
}

void compare_words(const trace::PreemptRecord& record, StubWriter* stub) {
  for (const trace::PreemptWord& word : record.words) {
    uint64_t now;
    if (word.address == 0 || weft_copy_guarded(&now, pointer_to<void>(word.address), 8) != 0) continue;
    stub->code({0x48, 0xa1});  // movabs address,%rax
    stub->number(&word.address, 8);
    stub->compare(kRax, word.value);
  }
}

void compare_vectors(const trace::PreemptRecord& record, StubWriter* stub) {
  for (int i = 0; i < 16; ++i) {  // movq %xmm,%rax
    stub->code({0x66, static_cast<uint8_t>(i < 8 ? 0x48 : 0x4c), 0x0f, 0x7e,
                static_cast<uint8_t>(0xc0 | (i & 7) << 3)});
    stub->compare(kRax, record.vector_low[i]);
  }
}

void compare_flags(uint64_t flags, StubWriter* stub) {
  constexpr uint64_t kLahf = 0xd5, kOverflow = 0x800;
  const auto image = static_cast<uint16_t>((((flags & kLahf) | 2) << 8) | ((flags & kOverflow) != 0 ? 1 : 0));
  stub->load_rax(kSavedFlags);
  stub->code({0x66, 0x3d});  // cmp $image,%ax
  stub->number(&image, 2);
  stub->jump_if_different();
}

}  // namespace

uint64_t build_checks(const trace::PreemptRecord& record, uint64_t at) {
  StubWriter stub(at);
  stub.save_rax_and_flags();
  compare_registers(record.registers, &stub);
  compare_words(record, &stub);
  compare_vectors(record, &stub);
  compare_flags(record.registers.rflags, &stub);
  stub.restore_rax_and_flags();
  stub.jump_to_constant(address_of(&weft_entry_breakpoint));
  stub.miss();
  stub.restore_rax_and_flags();
  return stub.at();
}

}  // namespace weft::runtime
