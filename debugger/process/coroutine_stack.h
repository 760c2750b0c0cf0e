/// The stack that suspended coroutines would have if they were functions, for a debugger's
/// backtrace.
///
/// A suspended coroutine has no stack and no registers, only its frame on the heap. But its resume
/// function knows where it goes on. So weft runs that function, one instruction after the other, up
/// to its first call (as a rule, of await_resume). There stack and registers are what the
/// compiler's debug information describes, whatever compiler it was. Awaiting becomes calling
/// in the stack: the next resume function takes the place of the one that was to be called.
///
///   outermost:  resume(frame)  push, sub, switch (index) { case 4: ─> call await_resume
///   innermost:                  resume(frame)  push, sub, ... ─────> call await_resume
///                                              the registers here are the task's
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "debugger/process/program_control.h"

namespace weft::process {

struct CoroutineStack {
  trace::Registers registers{};
  Address address;  ///< of the first byte of `bytes`
  std::vector<std::byte> bytes{};
  /// Where each coroutine stands, the innermost first; of the others, where they are returned to.
  std::vector<Address> places{};
};

/// `frames` are addresses of coroutine frames, the innermost first; `stack` is where the stack is
/// to be, kCoroutineStackBytes of addresses that the program does not use. `program` is changed:
/// throw it away. Nothing if the innermost one is not suspended.
std::optional<CoroutineStack> build_coroutine_stack(ProgramControl& program,
                                                    std::span<const Address> frames, Address stack);

inline constexpr uint64_t kCoroutineStackBytes = 64 * 1024;

}  // namespace weft::process
