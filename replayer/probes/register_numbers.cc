#include "replayer/probes/register_numbers.h"

#include <array>
#include <iterator>

namespace weft::probes {
namespace {

constexpr size_t kGeneral = 16;
/// By size: rax, eax, ax ...
constexpr std::array<std::array<x86_reg, kGeneral>, 3> kRegisters = {{
    {X86_REG_RAX, X86_REG_RCX, X86_REG_RDX, X86_REG_RBX, X86_REG_RSP, X86_REG_RBP, X86_REG_RSI,
     X86_REG_RDI, X86_REG_R8, X86_REG_R9, X86_REG_R10, X86_REG_R11, X86_REG_R12, X86_REG_R13,
     X86_REG_R14, X86_REG_R15},
    {X86_REG_EAX, X86_REG_ECX, X86_REG_EDX, X86_REG_EBX, X86_REG_ESP, X86_REG_EBP, X86_REG_ESI,
     X86_REG_EDI, X86_REG_R8D, X86_REG_R9D, X86_REG_R10D, X86_REG_R11D, X86_REG_R12D, X86_REG_R13D,
     X86_REG_R14D, X86_REG_R15D},
    {X86_REG_AX, X86_REG_CX, X86_REG_DX, X86_REG_BX, X86_REG_SP, X86_REG_BP, X86_REG_SI, X86_REG_DI,
     X86_REG_R8W, X86_REG_R9W, X86_REG_R10W, X86_REG_R11W, X86_REG_R12W, X86_REG_R13W, X86_REG_R14W,
     X86_REG_R15W},
}};

}  // namespace

std::optional<channel::ProbeRegister> register_number(x86_reg which) {
  if (which == X86_REG_INVALID) return channel::ProbeRegister::kNone;
  for (const auto& of_size : kRegisters) {
    for (size_t number = 0; number < kGeneral; ++number) {
      if (of_size[number] == which) return channel::ProbeRegister(number);
    }
  }
  return std::nullopt;
}

}  // namespace weft::probes
