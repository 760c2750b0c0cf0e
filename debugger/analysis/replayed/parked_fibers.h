/// Fibers that do not run, in a process that stands still: where they are noted, and their
/// registers.
///
///   context   +0x00 mxcsr, x87 control word   +0x10 r12  +0x18 r13  +0x20 r14  +0x28 r15
///             +0x30 rbx   +0x38 rbp   +0x40 where it goes on
///
/// Source: Boost.Context 1.64 to 1.81, jump_x86_64_sysv_elf_gas.S.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "debugger/analysis/model/thread_stand.h"
#include "replayer/timeline/focus.h"
#include "weft/channel/replay_channel.h"

namespace weft::analysis {

std::vector<channel::ParkedFiber> parked_fibers(const timeline::Focus& focus);

/// As they are when the fiber goes on. Nothing if its stack is not readable.
std::optional<trace::Registers> parked_registers(pid_t process, uint64_t context);

/// The library's function that the program called and has not come back from; empty: none is known.
std::string waits_in(const std::vector<StandFrame>& stack);

}  // namespace weft::analysis
