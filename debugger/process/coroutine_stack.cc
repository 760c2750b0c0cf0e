#include "debugger/process/coroutine_stack.h"

#include <sys/mman.h>

#include <algorithm>

#include "debugger/process/thread_registers.h"
#include "weft/channel/layout.h"

namespace weft::process {
namespace {

/// A way in takes some 30 instructions; with very many co_await a few more.
constexpr int kMostSteps = 1000;
/// What one frame may need; where less is left, the outer ones are all there is.
constexpr uint64_t kRoomForFrame = 4096;

/// The instructions that matter: call rel32, call r/m64.
bool is_call(const TracedProcess& process, Address ip) {
  uint8_t code[3] = {};
  if (process.read(ip, std::as_writable_bytes(std::span(code))) == 0) return false;
  const uint8_t* at = code;
  if ((*at & 0xf0) == 0x40) ++at;  // a REX prefix
  return *at == 0xe8 || (*at == 0xff && (at[1] >> 3 & 7) == 2);
}

bool one_step(ProgramControl& program) {
  return program.process().single_step(0).signal == SIGTRAP;
}

/// From the first instruction of a resume function to its first call.
bool go_to_first_call(ProgramControl& program) {
  const uint64_t top = program.process().registers().rsp;
  for (int i = 0; i < kMostSteps; ++i) {
    const user_regs_struct now = program.process().registers();
    if (now.rsp > top || is_weft(Address(now.rip))) return false;  // it has returned
    if (is_call(program.process(), Address(now.rip))) return true;
    if (!one_step(program)) return false;
  }
  return false;
}

/// Makes the thread enter the resume function of `frame`, whose return address is on the stack.
bool enter(ProgramControl& program, trace::Registers registers, Address frame) {
  uint64_t resume = 0;
  if (!program.process().read_value(frame, resume) || resume == 0) return false;
  registers.rip = resume;
  registers.rdi = frame.value();
  return program.set_registers(registers) && go_to_first_call(program);
}

}  // namespace

std::optional<CoroutineStack> build_coroutine_stack(ProgramControl& program,
                                                    std::span<const Address> frames,
                                                    Address stack) {
  if (!program.map_memory(stack, kCoroutineStackBytes, PROT_READ | PROT_WRITE)) return std::nullopt;
  const Address top = stack + kCoroutineStackBytes - sizeof(uint64_t);  // returns to 0
  trace::Registers registers =
      program.registers(program.current_thread()).value_or(trace::Registers{});
  registers.rsp = top.value();
  registers.rbp = 0;  // the end, for code that follows frame pointers
  bool inside = false;
  std::vector<Address> places;
  for (size_t i = frames.size(); i-- > 0;) {
    const bool entered = enter(program, registers, frames[i]);
    if (entered) {
      inside = true;
      registers = from_kernel(program.process().registers());
    } else if (i == 0 || inside) {
      return std::nullopt;
    }
    if (i == 0) places.emplace_back(registers.rip);
    if (i == 0 || !inside) continue;
    if (Address(registers.rsp) < stack + kRoomForFrame || !one_step(program)) return std::nullopt;
    registers = from_kernel(program.process().registers());  // its return address is there
    program.process().read_value(Address(registers.rsp), places.emplace_back());
  }
  // Debuggers read more than they need: from below the last frame on.
  const Address from = std::max(stack, Address(layout::page_down(registers.rsp) - layout::kPage));
  CoroutineStack result{registers, from, {}, {places.rbegin(), places.rend()}};
  result.bytes.resize(stack + kCoroutineStackBytes - from);
  if (program.process().read(result.address, result.bytes) != result.bytes.size())
    return std::nullopt;
  return result;
}

}  // namespace weft::process
