/// The runtime's side of weft_abi.h: what an instrumented program calls, and what becomes of it.
///
/// The program finds a table of functions through its auxiliary vector. Table and functions lie in
/// program memory, at addresses that do not depend on weft's version, as any other content that a
/// replay takes from the trace:
///
///   replacement_code()        random_device.cc
///   + kFiberStubOffset        fiber_hooks.cc
///   + kHookTableOffset        struct weft_abi
///   + kHookStubOffset         one stub each:  mov $index,%eax;  jmp *%gs:hook
///
/// A stub goes to entry.S, which calls the hook's function on the runtime's own stack: nothing of
/// the program's stack is touched, in record and in replay alike. There each hook emits its event
/// (hook_events.h). What a hook returns follows from the order of hooks alone.
///
/// While recording the way is short: weft_hook_record keeps the stack pointer and nothing else, for
/// the function preserves what a C function must; only a signal that waits needs all registers. In
/// replay weft_hook_entry saves them first: a thread may stop there for a debugger, or another one
/// may run.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/placement.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

inline constexpr uint64_t kFiberStubOffset = 64, kHookTableOffset = 2048, kHookStubOffset = 2304;
inline uint64_t hook_table() {
  return replacement_code() + kHookTableOffset;
}

/// Indices of hooks that are no functions of weft_abi.h: the program does not know that it calls
/// them (fiber_hooks.h).
inline constexpr uint32_t kFiberMadeHook = 17, kFiberJumpHook = 18, kFiberOntopHook = 19;
/// As entry.S knows it: what a stub says is taken modulo this.
inline constexpr uint32_t kHookIndices = 32;

/// Record: puts table and stubs in place, and their bytes into the trace.
void publish_hooks(const Thread* thread);

/// True for an address in the code that the table's functions are.
bool in_hook_stub(uint64_t ip);

}  // namespace weft::runtime
