#include "replayer/probes/exits.h"

#include <capstone/capstone.h>

#include <memory>
#include <optional>

#include "replayer/probes/register_numbers.h"

namespace weft::probes {
namespace {

using channel::ProbeRegister;
using channel::ProbeWord;

/// jcc by its opcode: 7x, or 0f 8x. jrcxz and loop have no condition in the flags.
std::optional<uint8_t> condition_of(const cs_x86& x86) {
  if ((x86.opcode[0] & 0xf0) == 0x70) return x86.opcode[0] & 0xf;
  if (x86.opcode[0] == 0x0f && (x86.opcode[1] & 0xf0) == 0x80) return x86.opcode[1] & 0xf;
  return std::nullopt;
}

unsigned log2_of(int scale) {
  return scale == 8 ? 3 : scale == 4 ? 2 : scale == 2 ? 1 : 0;
}

/// The target of an indirect jump. Nothing if a probe cannot note it.
std::optional<ProbeWord> target_word(const cs_insn& instruction, const cs_x86_op& operand) {
  ProbeWord word;
  if (operand.type == X86_OP_REG) {
    const auto base = register_number(operand.reg);
    if (!base) return std::nullopt;
    word.base = *base;
    return word;
  }
  const auto& memory = operand.mem;
  // The others have no effect; 3e (ds) is also the prefix `notrack`.
  if (memory.segment == X86_REG_FS || memory.segment == X86_REG_GS) return std::nullopt;
  word.loads = 1;
  word.displacement = memory.disp;
  word.shift = static_cast<uint8_t>(log2_of(memory.scale));
  const auto index = register_number(memory.index);
  if (!index) return std::nullopt;
  word.index = *index;
  if (memory.base == X86_REG_RIP) {
    word.displacement += static_cast<int64_t>(instruction.address + instruction.size);
    return word;
  }
  const auto base = register_number(memory.base);
  if (!base) return std::nullopt;
  word.base = *base;
  return word;
}

class ExitFinder {
 public:
  ExitFinder(const Function& function, Exits& exits) : function_(function), exits_(exits) {}

  void take(const csh engine, const cs_insn& instruction) {
    if (cs_insn_group(engine, &instruction, X86_GRP_RET)) {
      exits_.exits.push_back({instruction.address, ExitKind::kReturn, 0, {}});
    } else if (cs_insn_group(engine, &instruction, X86_GRP_JUMP)) {
      take_jump(instruction);
    }
  }

 private:
  void take_jump(const cs_insn& instruction) {
    const cs_x86& x86 = instruction.detail->x86;
    const cs_x86_op& operand = x86.operands[0];
    if (operand.type == X86_OP_IMM) {
      return take_direct(instruction, static_cast<uint64_t>(operand.imm));
    }
    if (const auto word = target_word(instruction, operand)) {
      exits_.exits.push_back({instruction.address, ExitKind::kComputed, 0, *word});
    } else {
      ++exits_.unknown;
    }
  }

  void take_direct(const cs_insn& instruction, uint64_t target) {
    if (target == function_.parts[0].low) exits_.loops_to_start = true;
    if (function_.holds(target)) return;
    if (instruction.id == X86_INS_JMP) {
      exits_.exits.push_back({instruction.address, ExitKind::kJump, 0, {}});
    } else if (const auto condition = condition_of(instruction.detail->x86)) {
      ProbeWord flags;
      flags.base = ProbeRegister::kFlags;
      exits_.exits.push_back({instruction.address, ExitKind::kConditional, *condition, flags});
    } else {
      ++exits_.unknown;
    }
  }

  const Function& function_;
  Exits& exits_;
};

}  // namespace

void find_exits(const Function& function, uint64_t low, std::span<const uint8_t> code,
                Exits& exits) {
  csh engine = 0;
  if (cs_open(CS_ARCH_X86, CS_MODE_64, &engine) != CS_ERR_OK) {
    exits.is_whole = false;
    return;
  }
  cs_option(engine, CS_OPT_DETAIL, CS_OPT_ON);
  ExitFinder finder(function, exits);
  cs_insn* instruction = cs_malloc(engine);
  const uint8_t* at = code.data();
  size_t left = code.size();
  uint64_t address = low;
  while (left > 0 && cs_disasm_iter(engine, &at, &left, &address, instruction))
    finder.take(engine, *instruction);
  if (left > 0) exits.is_whole = false;
  cs_free(instruction, 1);
  cs_close(&engine);
}

bool condition_holds(uint8_t condition, uint64_t flags) {
  const bool carry = (flags & 1) != 0, parity = (flags & 4) != 0, zero = (flags & 0x40) != 0;
  const bool sign = (flags & 0x80) != 0, overflow = (flags & 0x800) != 0;
  const bool less = sign != overflow;
  const bool holds[8] = {overflow, carry, zero, carry || zero, sign, parity, less, zero || less};
  return holds[condition >> 1 & 7] != ((condition & 1) != 0);
}

}  // namespace weft::probes
