#include "replayer/probes/code_facts.h"

#include <capstone/capstone.h>

#include <optional>

#include "replayer/probes/register_numbers.h"

namespace weft::probes {
namespace {

using channel::ProbeRegister;

std::optional<Store> store_of(const cs_insn& instruction) {
  const cs_x86& x86 = instruction.detail->x86;
  if (instruction.id != X86_INS_MOV || x86.op_count != 2) return std::nullopt;
  const cs_x86_op &to = x86.operands[0], &from = x86.operands[1];
  if (to.type != X86_OP_MEM || to.mem.index != X86_REG_INVALID ||
      to.mem.segment != X86_REG_INVALID) {
    return std::nullopt;
  }
  const auto base = register_number(to.mem.base);
  if (!base || *base == ProbeRegister::kNone || *base == ProbeRegister::kRsp) return std::nullopt;
  Store store;
  store.address = instruction.address;
  store.base = *base;
  store.displacement = to.mem.disp;
  store.bytes = to.size;
  if (from.type == X86_OP_IMM) {
    store.immediate = static_cast<uint64_t>(from.imm);
    return store;
  }
  const auto source = register_number(from.reg);
  if (from.type != X86_OP_REG || !source) return std::nullopt;
  store.source = *source;
  return store;
}

void take_names(const cs_insn& instruction, std::vector<uint64_t>& named) {
  const cs_x86& x86 = instruction.detail->x86;
  for (uint8_t i = 0; i < x86.op_count; ++i) {
    const cs_x86_op& operand = x86.operands[i];
    if (instruction.id == X86_INS_LEA && operand.type == X86_OP_MEM &&
        operand.mem.base == X86_REG_RIP) {
      named.push_back(instruction.address + instruction.size +
                      static_cast<uint64_t>(operand.mem.disp));
    }
    if (instruction.id == X86_INS_MOV && operand.type == X86_OP_IMM)
      named.push_back(static_cast<uint64_t>(operand.imm));
  }
}

}  // namespace

CodeFacts facts_of(uint64_t low, std::span<const uint8_t> code) {
  CodeFacts facts;
  csh engine = 0;
  if (cs_open(CS_ARCH_X86, CS_MODE_64, &engine) != CS_ERR_OK) return facts;
  cs_option(engine, CS_OPT_DETAIL, CS_OPT_ON);
  cs_insn* instruction = cs_malloc(engine);
  const uint8_t* at = code.data();
  size_t left = code.size();
  uint64_t address = low;
  while (left > 0 && cs_disasm_iter(engine, &at, &left, &address, instruction)) {
    take_names(*instruction, facts.named);
    if (const auto store = store_of(*instruction)) facts.stores.push_back(*store);
  }
  cs_free(instruction, 1);
  cs_close(&engine);
  return facts;
}

}  // namespace weft::probes
