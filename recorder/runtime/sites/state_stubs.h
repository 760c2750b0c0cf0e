/// xsave and xrstor of the dynamic linker, when a program calls a function for the first time
/// (_dl_runtime_resolve): a jump to a stub takes the place of the instruction.
///
///   mov $0xee,%eax; xor %edx,%edx          all the states that its authors thought of
///   xsave 0x40(%rsp)    0f ae 64 24 40  -> e9 .. .. .. ..   jmp stub
///
/// The stub saves only states that the program is shown: there is no room for others, since the
/// linker has asked cpuid how much it needs. It marks all of them as in use, as frames do
/// (extended_state.h), and leaves out where the last x87 instruction was: what the processor tracks
/// would stay in the stack below, where programs read what they have not written. And it loads only
/// those, so the others stay as they are.
///
/// A stub needs no runtime: it also runs in children that share the program's memory.
#pragma once

#include <cstdint>

#include "recorder/runtime/code/question.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

/// Record, for a question of kind kSaveState or kLoadState whose instruction is at `address`, in
/// text that may be written now: puts the jump there, and logs the stub. False if it has another
/// form, or there is no room or no way for a jump.
bool jump_to_state_stub(const Thread* thread, uint64_t address, const Question& question);
/// Record: a new program image begins; there are no stubs.
void forget_state_stubs();

}  // namespace weft::runtime
