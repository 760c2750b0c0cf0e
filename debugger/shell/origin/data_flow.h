/// What an instruction does with data: which bytes it copies, and from where.
///
/// Read from the disassembler's words (AT&T: source first), so that nothing but their spelling is
/// assumed of it. An instruction that is not known here is taken to compute its last operand: that
/// ends a chain of copies, and never makes one up. Should it have changed a register besides, the
/// walk notices: it compares what it follows with what the register holds (origin_walk.h).
///
///   movq   0x8(%rdi), %rax             rax <- memory          copied
///   movl   $0x5, -0x4(%rbp)            memory <- 5            constant
///   pushq  %rbx                        memory below rsp <- rbx, rsp computed
///   addl   %eax, %edx                  edx                    computed
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "weft/base/address.h"
#include "weft/trace/event.h"

namespace weft::shell {

/// General registers are numbered as the processor does (rax rcx rdx rbx rsp rbp rsi rdi r8...),
/// then come the vector registers.
inline constexpr unsigned kRax = 0, kRcx = 1, kRdx = 2, kRbx = 3, kRsp = 4, kRbp = 5, kRsi = 6,
                          kRdi = 7, kR11 = 11, kFirstVector = 16, kVectors = 32;

/// Some bytes of a register.
struct RegisterPart {
  unsigned number;
  unsigned offset = 0;  ///< of the first byte: 1 for ah
  unsigned bytes = 8;
  friend bool operator==(const RegisterPart&, const RegisterPart&) = default;
};
/// The part that a name stands for; empty: it is no register whose value can be followed.
std::optional<RegisterPart> register_part(std::string_view name);
/// "rax", "xmm3": of the whole register.
std::string register_name(unsigned number);
/// Of a general register.
uint64_t register_value(const trace::Registers& registers, unsigned number);

struct MemoryOperand {
  std::optional<unsigned> base{}, index{};
  unsigned scale = 1;
  int64_t displacement = 0;
  bool after_instruction = false;     ///< counted from the next instruction: 0x10(%rip)
  bool thread_local_storage = false;  ///< %fs:
  friend bool operator==(const MemoryOperand&, const MemoryOperand&) = default;
};
/// Where it lies, for an instruction that ends at `next`.
Address address_of(const MemoryOperand& operand, const trace::Registers& registers, Address next);

struct Constant {
  int64_t value;
  friend bool operator==(const Constant&, const Constant&) = default;
};
using Operand = std::variant<std::monostate, RegisterPart, MemoryOperand, Constant>;

enum class FlowKind : uint8_t {
  kCopied,     ///< `bytes` of `from`, as they are
  kConstant,   ///< `from` is a Constant
  kAddressOf,  ///< lea: the address of `from`
  kComputed,   ///< from anything
  kUnknown,    ///< it changes, and nothing is known of how
};

/// What one of the instruction's results is made of.
///
///   movsbl (%rsi), %eax     byte 0    1..3              4..7
///                           copied    of the sign       zeros
///                           `bytes`   up to `sign_end`  up to `reach`
struct DataFlow {
  FlowKind kind;
  Operand to;
  Operand from{};
  unsigned bytes = 8;        ///< that are copied, or computed
  unsigned reach = bytes;    ///< of a register: so many change
  unsigned sign_end = 0;     ///< the bytes after `bytes` are copies of the sign up to here
  bool repeated = false;     ///< rep: again and again, at rising addresses
  std::string condition{};   ///< of the flags: "ne" of cmov; empty: always
  bool flags_after = false;  ///< the condition holds for the flags that the instruction leaves
};
/// What the bytes from `bytes` on are if `copied` ends with this byte: empty if the flow does not
/// reach so far.
std::optional<std::byte> filler(const DataFlow& flow, unsigned at, std::byte last_copied);

/// All results of an instruction. `next` is where it ends (what a call puts on the stack).
std::vector<DataFlow> data_flows(const std::string& mnemonic, const std::string& operands,
                                 Address next);

/// Does the condition of a flow hold? Empty: it is not known.
std::optional<bool> condition_holds(std::string_view condition, uint64_t rflags);

}  // namespace weft::shell
