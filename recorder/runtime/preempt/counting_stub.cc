#include "recorder/runtime/preempt/counting_stub.h"

#include <initializer_list>

#include "recorder/runtime/log/event_writer.h"

namespace weft::runtime {

namespace {

// At the end of the Thread block's page; gs points at its beginning.
constexpr uint32_t kSavedRax = 4088, kSavedRcx = 4056;
static_assert(sizeof(Thread) <= kSavedRcx);

class CodeWriter {
 public:
  explicit CodeWriter(uint64_t at) : at_(at) {}

  void code(std::initializer_list<uint8_t> bytes) {
    for (const uint8_t byte : bytes) *pointer_to<uint8_t>(at_++) = byte;
  }
  template <class Number>
  void number(Number value) {
    __builtin_memcpy(pointer_to<void>(at_), &value, sizeof value);
    at_ += sizeof value;
  }
  /// `bytes` are an instruction up to its rip-relative distance, which ends it.
  void with_address(std::initializer_list<uint8_t> bytes, const void* target) {
    code(bytes);
    number(static_cast<int32_t>(address_of(target) - (at_ + 4)));
  }
  void save(uint8_t reg, uint32_t slot) { move_slot(0x89, reg, slot); }
  void load(uint8_t reg, uint32_t slot) { move_slot(0x8b, reg, slot); }

  /// jrcxz: to where land() is called with what this returns.
  uint64_t jump_if_rcx_is_zero() {
    code({0xe3, 0});
    return at_;
  }
  void land(uint64_t from) { pointer_to<int8_t>(from)[-1] = static_cast<int8_t>(at_ - from); }
  /// jmp with 32 bits of distance, likewise.
  uint64_t jump() {
    code({0xe9, 0, 0, 0, 0});
    return at_;
  }
  void land_far(uint64_t from) {
    const auto distance = static_cast<int32_t>(at_ - from);
    __builtin_memcpy(pointer_to<void>(from - 4), &distance, 4);
  }
  uint64_t at() const { return at_; }

 private:
  void move_slot(uint8_t opcode, uint8_t reg, uint32_t slot) {  // mov between %gs:slot and reg
    code({0x65, 0x48, opcode, static_cast<uint8_t>(reg << 3 | 4), 0x25});
    number(slot);
  }

  uint64_t at_;
};
constexpr uint8_t kRax = 0, kRcx = 1;

/// If the ring's position is another one than at the last pass, counting begins anew.
void write_anew(CodeWriter* out, PassCounter* counter) {
  out->code({0x48, 0xa1});  // movabs g_ring.head,%rax
  out->number(address_of(&g_ring.head));
  out->with_address({0x48, 0x8b, 0x0d}, &counter->minus_position);  // mov ..,%rcx
  out->code({0x48, 0x8d, 0x0c, 0x01});                              // lea (%rcx,%rax),%rcx
  const uint64_t same = out->jump_if_rcx_is_zero();
  out->code({0x48, 0xf7, 0xd0});                                    // not %rax
  out->code({0x48, 0x8d, 0x40, 0x01});                              // lea 1(%rax),%rax
  out->with_address({0x48, 0x89, 0x05}, &counter->minus_position);  // mov %rax,..
  out->with_address({0x48, 0x8b, 0x05}, &counter->first);           // mov ..,%rax
  out->with_address({0x48, 0x89, 0x05}, &counter->left);            // mov %rax,..
  out->land(same);
}

}  // namespace

uint64_t build_counter(Counts counts, uint64_t place, uint64_t stub) {
  PassCounter* counter = counter_of(stub);
  *counter = {};
  CodeWriter out(stub);
  out.save(kRax, kSavedRax);
  out.save(kRcx, kSavedRcx);
  if (counts == Counts::kSinceEvent) write_anew(&out, counter);
  out.with_address({0x48, 0x8b, 0x0d}, &counter->left);  // mov ..,%rcx
  out.code({0x48, 0x8d, 0x49, 0xff});                    // lea -1(%rcx),%rcx
  out.with_address({0x48, 0x89, 0x0d}, &counter->left);  // mov %rcx,..
  const uint64_t hit = out.jump_if_rcx_is_zero();
  out.load(kRax, kSavedRax);
  out.load(kRcx, kSavedRcx);
  const uint64_t passes = out.jump();
  out.land(hit);
  out.code({0x48, 0xb8});  // movabs $place,%rax
  out.number(place);
  out.save(kRax, offsetof(Thread, counted_place));
  out.load(kRax, kSavedRax);
  out.load(kRcx, kSavedRcx);
  out.code({0xff, 0x25, 0, 0, 0, 0});  // jmp *(%rip)
  out.number(address_of(&weft_entry_breakpoint));
  out.land_far(passes);
  return out.at();
}

}  // namespace weft::runtime
