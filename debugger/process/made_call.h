/// A system call that the debugger makes in the process.
#pragma once

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>

#include "debugger/process/runtime_symbols.h"
#include "debugger/process/traced_process.h"

namespace weft::process {

/// Made by an instruction of the runtime's that is not intercepted; all registers are the same
/// afterwards. What the kernel answers; -EINTR if something else stopped the process.
inline int64_t make_call(TracedProcess& process, const RuntimeSymbols& symbols, uint64_t number,
                         const std::array<uint64_t, 6>& args) {
  const user_regs_struct saved = process.registers();
  user_regs_struct registers = saved;
  registers.orig_rax = ~uint64_t{0};  // no system call is made again
  registers.rax = number;
  registers.rdi = args[0], registers.rsi = args[1], registers.rdx = args[2];
  registers.r10 = args[3], registers.r8 = args[4], registers.r9 = args[5];
  registers.rip = symbols.system_call.value();
  process.set_registers(registers);
  constexpr int kMostStops = 8;
  RawStop raw = process.single_step(0);
  bool interrupted = raw.interrupted;
  // A stop that somebody asked for, now or before: the call is not made yet.
  for (int i = 0; i < kMostStops && !raw.gone && raw.signal == 0; ++i) {
    raw = process.single_step(0);
    interrupted = interrupted || raw.interrupted;
  }
  if (interrupted) process.interrupt();  // it was meant for what runs next
  const auto result = static_cast<int64_t>(process.registers().rax);
  process.set_registers(saved);
  return raw.signal == SIGTRAP ? result : -EINTR;
}

}  // namespace weft::process
