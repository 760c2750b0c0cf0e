/// Opcodes are those of the Intel SDM, volume 2, appendix A. Not here, on purpose: string
/// operations, whose repetitions are steps; division, which may fault; everything atomic, vector or
/// x87; segment and flag registers; 16-bit pushes. An operand in memory that crosses a page is left
/// to the CPU, so that a fault in its second half finds nothing changed.
#include "recorder/runtime/code/interpreter.h"

#include "recorder/runtime/code/instruction.h"
#include "recorder/runtime/ground/kernel.h"
#include "weft/channel/layout.h"

namespace weft::runtime {

namespace {

constexpr uint64_t kArithmetic = 0x8d5;  // CF PF AF ZF SF OF
constexpr uint64_t kCarry = 1, kParity = 4, kZero = 0x40, kSign = 0x80, kOverflow = 0x800;

uint64_t* register_at(trace::Registers* r, int number) {
  uint64_t* const all[16] = {&r->rax, &r->rcx, &r->rdx, &r->rbx, &r->rsp, &r->rbp,
                             &r->rsi, &r->rdi, &r->r8,  &r->r9,  &r->r10, &r->r11,
                             &r->r12, &r->r13, &r->r14, &r->r15};
  return all[number];
}

// One arithmetic instruction in its four sizes, on `a` (and `b`), with `flags` before and after.
#define WEFT_SIZED(instruction, operands, second)                                     \
  asm volatile("push %[f]\n popfq\n " instruction " " operands "\n pushfq\n pop %[f]" \
               : [a] "+r"(a), [f] "+r"(f)                                             \
               : [b] second(b)                                                        \
               : "cc", "memory")
#define WEFT_OPERATION(name, op, o1, o2, o4, o8, second)             \
  uint64_t name(uint64_t a, uint64_t b, int size, uint64_t* flags) { \
    uint64_t f = (*flags & kArithmetic) | 2;                         \
    if (size == 1) WEFT_SIZED(op "b", o1, second);                   \
    if (size == 2) WEFT_SIZED(op "w", o2, second);                   \
    if (size == 4) WEFT_SIZED(op "l", o4, second);                   \
    if (size == 8) WEFT_SIZED(op "q", o8, second);                   \
    *flags = (*flags & ~kArithmetic) | (f & kArithmetic);            \
    return a;                                                        \
  }
#define WEFT_BINARY(name, op) \
  WEFT_OPERATION(name, op, "%b[b],%b[a]", "%w[b],%w[a]", "%k[b],%k[a]", "%q[b],%q[a]", "r")
#define WEFT_UNARY(name, op) WEFT_OPERATION(name, op, "%b[a]", "%w[a]", "%k[a]", "%q[a]", "r")
#define WEFT_SHIFT(name, op) \
  WEFT_OPERATION(name, op, "%%cl,%b[a]", "%%cl,%w[a]", "%%cl,%k[a]", "%%cl,%q[a]", "c")

WEFT_BINARY(do_add, "add")
WEFT_BINARY(do_or, "or")
WEFT_BINARY(do_adc, "adc")
WEFT_BINARY(do_sbb, "sbb")
WEFT_BINARY(do_and, "and")
WEFT_BINARY(do_sub, "sub")
WEFT_BINARY(do_xor, "xor")
WEFT_BINARY(do_cmp, "cmp")
WEFT_BINARY(do_test, "test")
WEFT_UNARY(do_inc, "inc")
WEFT_UNARY(do_dec, "dec")
WEFT_UNARY(do_not, "not")
WEFT_UNARY(do_neg, "neg")
WEFT_SHIFT(do_rol, "rol")
WEFT_SHIFT(do_ror, "ror")
WEFT_SHIFT(do_shl, "shl")
WEFT_SHIFT(do_shr, "shr")
WEFT_SHIFT(do_sar, "sar")

uint64_t do_imul(uint64_t a, uint64_t b, int size, uint64_t* flags) {
  uint64_t f = (*flags & kArithmetic) | 2;
  if (size == 2) WEFT_SIZED("imulw", "%w[b],%w[a]", "r");
  if (size == 4) WEFT_SIZED("imull", "%k[b],%k[a]", "r");
  if (size == 8) WEFT_SIZED("imulq", "%q[b],%q[a]", "r");
  *flags = (*flags & ~kArithmetic) | (f & kArithmetic);
  return a;
}

using Operation = uint64_t (*)(uint64_t, uint64_t, int, uint64_t*);
constexpr Operation kBinary[8] = {do_add, do_or, do_adc, do_sbb, do_and, do_sub, do_xor, do_cmp};
constexpr Operation kShifts[8] = {do_rol, do_ror, nullptr, nullptr,
                                  do_shl, do_shr, nullptr, do_sar};
constexpr int kCompare = 7;

bool condition(int code, uint64_t flags) {
  const bool carry = (flags & kCarry) != 0, zero = (flags & kZero) != 0;
  const bool less = ((flags & kSign) != 0) != ((flags & kOverflow) != 0);
  const bool holds[8] = {
      (flags & kOverflow) != 0, carry, zero,        carry || zero, (flags & kSign) != 0,
      (flags & kParity) != 0,   less,  zero || less};
  return holds[code >> 1] != ((code & 1) != 0);
}

uint64_t cut(uint64_t value, int size) {
  return size == 8 ? value : value & ((uint64_t{1} << (8 * size)) - 1);
}
uint64_t extend(uint64_t value, int size) {
  const int unused = 64 - 8 * size;
  return static_cast<uint64_t>(static_cast<int64_t>(value << unused) >> unused);
}

/// One instruction. Every function returns false if the CPU has to do it.
class Interpreter {
 public:
  Interpreter(const trace::Registers& registers, const Instruction& in, const uint8_t* code)
      : r_(registers), in_(in), code_(code), next_(registers.rip + in.length) {}

  bool run() {
    if (in_.vector || in_.address32 || in_.segment == 0x65) return false;
    if (in_.map == 1) return two_bytes();
    if (is_pause()) return true;
    return in_.map == 0 && in_.repeat == 0 && one_byte();
  }
  trace::Registers result() const {
    trace::Registers result = r_;
    result.rip = next_;
    return result;
  }

 private:
  int wide() const { return (in_.rex & 8) != 0 ? 8 : in_.operand16 ? 2 : 4; }
  int size() const { return (in_.opcode & 1) == 0 ? 1 : wide(); }
  int modrm() const { return code_[in_.modrm_at]; }
  int digit() const { return modrm() >> 3 & 7; }
  int reg() const { return digit() | (in_.rex & 4) << 1; }
  int base() const { return (modrm() & 7) | (in_.rex & 1) << 3; }
  bool in_memory() const { return modrm() >> 6 != 3; }
  bool is_pause() const {
    return in_.map == 0 && in_.opcode == 0x90 && in_.rex == 0 && in_.repeat == 0xf3;
  }
  bool has_rex() const {
    const int at = in_.opcode_at - (in_.map == 1 ? 2 : 1);
    return at >= 0 && (code_[at] & 0xf0) == 0x40;
  }
  uint64_t immediate(int bytes) const {
    uint64_t value = 0;
    __builtin_memcpy(&value, code_ + in_.length - bytes, static_cast<uint64_t>(bytes));
    return extend(value, bytes);
  }

  bool get_register(int number, int bytes, uint64_t* value) {
    const bool high = bytes == 1 && number >= 4 && number < 8 && !has_rex();
    *value = cut(*register_at(&r_, high ? number - 4 : number) >> (high ? 8 : 0), bytes);
    return true;
  }
  void set_register(int number, int bytes, uint64_t value) {
    const bool high = bytes == 1 && number >= 4 && number < 8 && !has_rex();
    uint64_t* to = register_at(&r_, high ? number - 4 : number);
    const int shift = high ? 8 : 0;
    if (bytes >= 4) {
      *to = cut(value, bytes);
    } else {
      const uint64_t mask = cut(~uint64_t{0}, bytes) << shift;
      *to = (*to & ~mask) | (value << shift & mask);
    }
  }
  static bool load(uint64_t address, int bytes, uint64_t* value) {
    *value = 0;
    return address % layout::kPage + static_cast<uint64_t>(bytes) <= layout::kPage &&
           weft_copy_guarded(value, pointer_to<void>(address), static_cast<uint64_t>(bytes)) == 0;
  }
  static bool store(uint64_t address, int bytes, uint64_t value) {
    return address % layout::kPage + static_cast<uint64_t>(bytes) <= layout::kPage &&
           weft_copy_guarded(pointer_to<void>(address), &value, static_cast<uint64_t>(bytes)) == 0;
  }
  uint64_t address() const { return memory_operand(in_, code_, r_.rip, r_); }
  bool get_operand(int bytes, uint64_t* value) {
    return in_memory() ? load(address(), bytes, value) : get_register(base(), bytes, value);
  }
  bool set_operand(int bytes, uint64_t value) {
    if (in_memory()) return store(address(), bytes, value);
    set_register(base(), bytes, value);
    return true;
  }

  bool push(uint64_t value) {
    if (in_.operand16 || !store(r_.rsp - 8, 8, value)) return false;
    r_.rsp -= 8;
    return true;
  }
  bool pop(uint64_t* value) {
    if (in_.operand16 || !load(r_.rsp, 8, value)) return false;
    r_.rsp += 8;
    return true;
  }
  bool jump(uint64_t target) {
    next_ = target;
    return true;
  }
  bool call(uint64_t target) { return push(next_) && jump(target); }

  /// What an operation leaves: cmp and test only their flags.
  enum class Leaves : uint8_t { kFlags, kResult };

  /// operand = operation(operand, value), or only the flags of that.
  bool change_operand(Operation operation, int bytes, uint64_t value, Leaves leaves) {
    uint64_t old;
    if (!get_operand(bytes, &old)) return false;
    uint64_t flags = r_.rflags;
    const uint64_t result = operation(old, value, bytes, &flags);
    if (leaves == Leaves::kResult && !set_operand(bytes, result)) return false;
    r_.rflags = flags;
    return true;
  }
  bool change_register(Operation operation, int number, int bytes, uint64_t value, Leaves leaves) {
    uint64_t old;
    get_register(number, bytes, &old);
    const uint64_t result = operation(old, value, bytes, &r_.rflags);
    if (leaves == Leaves::kResult) set_register(number, bytes, result);
    return true;
  }

  bool arithmetic() {  // 00..3f
    const int which = in_.opcode >> 3, form = in_.opcode & 7;
    const Leaves leaves = which != kCompare ? Leaves::kResult : Leaves::kFlags;
    uint64_t value;
    if (form >= 6) return false;
    if (form >= 4) {
      const int bytes = size();
      return change_register(kBinary[which], 0, bytes, immediate(bytes == 8 ? 4 : bytes), leaves);
    }
    if (form >= 2) {
      return get_operand(size(), &value) &&
             change_register(kBinary[which], reg(), size(), value, leaves);
    }
    get_register(reg(), size(), &value);
    return change_operand(kBinary[which], size(), value, leaves);
  }
  bool arithmetic_immediate() {  // 80 81 83
    const int bytes = size();
    const uint64_t value = immediate(in_.opcode != 0x81 ? 1 : bytes == 2 ? 2 : 4);
    return change_operand(kBinary[digit()], bytes, value,
                          digit() != kCompare ? Leaves::kResult : Leaves::kFlags);
  }
  bool shift() {  // c0 c1 d0..d3
    const Operation operation = kShifts[digit()];
    if (operation == nullptr) return false;
    const uint64_t count = in_.opcode < 0xd0   ? immediate(1) & 0xff
                           : in_.opcode < 0xd2 ? 1
                                               : r_.rcx & 0xff;
    return change_operand(operation, size(), count, Leaves::kResult);
  }
  /// register = operand * factor
  bool multiply(uint64_t factor) {
    uint64_t value;
    if (!get_operand(wide(), &value)) return false;
    set_register(reg(), wide(), do_imul(value, factor, wide(), &r_.rflags));
    return true;
  }
  bool group_3() {  // f6 f7
    const int bytes = size();
    if (digit() == 0)
      return change_operand(do_test, bytes, immediate(bytes == 8 ? 4 : bytes), Leaves::kFlags);
    if (digit() == 2) return change_operand(do_not, bytes, 0, Leaves::kResult);
    return digit() == 3 && change_operand(do_neg, bytes, 0, Leaves::kResult);
  }
  bool group_5() {  // fe ff
    uint64_t value;
    if (digit() == 0) return change_operand(do_inc, size(), 0, Leaves::kResult);
    if (digit() == 1) return change_operand(do_dec, size(), 0, Leaves::kResult);
    if (in_.opcode == 0xfe || in_.operand16) return false;
    if (digit() != 2 && digit() != 4 && digit() != 6) return false;
    if (!get_operand(8, &value)) return false;
    return digit() == 2 ? call(value) : digit() == 4 ? jump(value) : push(value);
  }
  bool load_address() {
    if (!in_memory()) return false;
    Instruction as_move = in_;
    as_move.opcode = 0x8b;
    as_move.segment = 0;
    set_register(reg(), wide(), memory_operand(as_move, code_, r_.rip, r_));
    return true;
  }
  enum class Extend : uint8_t { kWithZeros, kWithSign };

  bool move_extended(int from, Extend with) {
    uint64_t value;
    if (!get_operand(from, &value)) return false;
    const int to = wide();
    // The source may be a high byte; the destination is never one.
    set_register_wide(reg(), to, with == Extend::kWithSign ? extend(value, from) : value);
    return true;
  }
  void set_register_wide(int number, int bytes, uint64_t value) {
    uint64_t* to = register_at(&r_, number);
    *to = bytes == 2 ? (*to & ~uint64_t{0xffff}) | (value & 0xffff) : cut(value, bytes);
  }

  bool one_byte();
  bool two_bytes();
  bool moves();

  trace::Registers r_;
  const Instruction& in_;
  const uint8_t* code_;
  uint64_t next_;
};

bool Interpreter::moves() {
  const uint8_t op = in_.opcode;
  uint64_t value;
  if (op == 0x88 || op == 0x89)
    return get_register(reg(), size(), &value) && set_operand(size(), value);
  if (op == 0x8a || op == 0x8b) {
    if (!get_operand(size(), &value)) return false;
    set_register(reg(), size(), value);
    return true;
  }
  if (op == 0xc6 || op == 0xc7) {
    const int bytes = size();
    return digit() == 0 && set_operand(bytes, immediate(bytes == 8 ? 4 : bytes));
  }
  const int number = (op & 7) | (in_.rex & 1) << 3, bytes = op < 0xb8 ? 1 : wide();
  set_register(number, bytes, immediate(bytes));
  return true;
}

bool Interpreter::one_byte() {
  const uint8_t op = in_.opcode;
  const int number = (op & 7) | (in_.rex & 1) << 3;
  uint64_t value;
  if (op < 0x40) return arithmetic();
  if (op >= 0x50 && op <= 0x57) return push(*register_at(&r_, number));
  if (op >= 0x58 && op <= 0x5f) {
    if (!pop(&value)) return false;
    *register_at(&r_, number) = value;
    return true;
  }
  if (op >= 0xb0 && op <= 0xbf) return moves();
  if (in_.operand16 && in_.flow != Flow::kNext) return false;
  switch (in_.flow) {
    case Flow::kConditional:
      if ((op & 0xf0) != 0x70) return false;  // loop, jrcxz
      return !condition(op & 15, r_.rflags) || jump(branch_target(in_, code_, r_.rip));
    case Flow::kJump:
      return jump(branch_target(in_, code_, r_.rip));
    case Flow::kCall:
      return call(branch_target(in_, code_, r_.rip));
    default:
      break;
  }
  switch (op) {
    case 0x63:
      return move_extended(4, Extend::kWithSign);
    case 0x68:
      return push(immediate(4));
    case 0x69:
      return multiply(immediate(wide() == 2 ? 2 : 4));
    case 0x6a:
      return push(immediate(1));
    case 0x6b:
      return multiply(immediate(1));
    case 0x80:
    case 0x81:
    case 0x83:
      return arithmetic_immediate();
    case 0x84:
    case 0x85:
      return get_register(reg(), size(), &value) &&
             change_operand(do_test, size(), value, Leaves::kFlags);
    case 0x88:
    case 0x89:
    case 0x8a:
    case 0x8b:
    case 0xc6:
    case 0xc7:
      return moves();
    case 0x8d:
      return load_address();
    case 0x90:
      return number == 0;
    case 0x98:
      set_register(0, wide(), extend(r_.rax, wide() / 2));
      return true;
    case 0x99:
      set_register(2, wide(), extend(r_.rax, wide()) >> 63 != 0 ? ~uint64_t{0} : 0);
      return true;
    case 0xa8:
    case 0xa9:
      return change_register(do_test, 0, size(), immediate(size() == 8 ? 4 : size()),
                             Leaves::kFlags);
    case 0xc0:
    case 0xc1:
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3:
      return shift();
    case 0xc3:
      return pop(&value) && jump(value);
    case 0xc9:
      r_.rsp = r_.rbp;
      return pop(&r_.rbp);
    case 0xf6:
    case 0xf7:
      return group_3();
    case 0xfe:
    case 0xff:
      return group_5();
    default:
      return false;
  }
}

bool Interpreter::two_bytes() {
  const uint8_t op = in_.opcode;
  uint64_t value;
  if (op == 0x1e || op == 0x1f) return true;  // endbr64, nop
  if (in_.repeat != 0 || (in_.operand16 && in_.flow != Flow::kNext)) return false;
  switch (op & 0xf0) {
    case 0x40:
      if (!get_operand(wide(), &value)) return false;
      if (!condition(op & 15, r_.rflags)) get_register(reg(), wide(), &value);
      set_register(reg(), wide(), value);
      return true;
    case 0x80:
      return !condition(op & 15, r_.rflags) || jump(branch_target(in_, code_, r_.rip));
    case 0x90:
      return set_operand(1, condition(op & 15, r_.rflags) ? 1 : 0);
    default:
      break;
  }
  if (op == 0xaf) return get_register(reg(), wide(), &value) && multiply(value);
  if (op == 0xb6 || op == 0xbe)
    return move_extended(1, op == 0xbe ? Extend::kWithSign : Extend::kWithZeros);
  if (op == 0xb7 || op == 0xbf)
    return move_extended(2, op == 0xbf ? Extend::kWithSign : Extend::kWithZeros);
  return false;
}

}  // namespace

bool interpret(trace::Registers* registers, const uint8_t* code, int available) {
  Instruction in;
  if (!decode(code, available, &in)) return false;
  Interpreter interpreter(*registers, in, code);
  if (!interpreter.run()) return false;
  *registers = interpreter.result();
  return true;
}

bool interpret(trace::Registers* registers) {
  uint8_t code[kMaxInstruction] = {};
  const uint64_t to_page_end = layout::kPage - registers->rip % layout::kPage;
  const uint64_t available = to_page_end < kMaxInstruction ? to_page_end : kMaxInstruction;
  return weft_copy_guarded(code, pointer_to<void>(registers->rip), available) == 0 &&
         interpret(registers, code, static_cast<int>(available));
}

}  // namespace weft::runtime
