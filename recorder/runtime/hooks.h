/// The runtime's side of weft_abi.h: what an instrumented program calls, and what becomes of it.
///
/// The program finds a table of functions through its auxiliary vector. Table and functions lie in
/// program memory, at addresses that do not depend on weft's version, as any other content that a
/// replay takes from the trace:
///
///   kReplacementCode          random_device.cc
///   + kFiberStubOffset        fiber_hooks.cc
///   + kHookTableOffset        struct weft_abi
///   + kHookStubOffset         one stub each:  mov $index,%eax;  jmp *%gs:hook
///
/// A stub goes to weft_hook_entry (entry.S), which saves the program's registers and calls
/// weft_on_hook on the runtime's own stack: nothing of the program's stack is touched, in record
/// and in replay alike. There each hook emits its event: written while recording, compared and
/// passed by in replay. What a hook returns follows from the order of hooks alone.
#pragma once

#include <cstdint>

#include "recorder/runtime/memory_map.h"
#include "recorder/runtime/thread.h"
#include "weft/trace/hook.h"

namespace weft::runtime {

inline constexpr uint64_t kFiberStubOffset = 64, kHookTableOffset = 2048, kHookStubOffset = 2304;
inline constexpr uint64_t kHookTable = kReplacementCode + kHookTableOffset;

/// Indices of hooks that are no functions of weft_abi.h: the program does not know that it calls
/// them (fiber_hooks.h). They follow the table's.
inline constexpr uint32_t kHookFunctions = 17;
inline constexpr uint32_t kFiberMadeHook = kHookFunctions, kFiberJumpHook = kHookFunctions + 1,
                          kFiberOntopHook = kHookFunctions + 2;

/// Record: puts table and stubs in place, and their bytes into the trace.
void publish_hooks(const Thread* thread);

/// A text of the program's; what cannot be read counts as zeros.
struct HookText {
  uint64_t address;
  uint64_t bytes;
};

/// What a hook has to say.
struct HookEvent {
  trace::HookKind kind;
  uint64_t site;  ///< where the program called it from
  uint64_t arguments[4] = {};
  HookText texts[2] = {};
};

/// True for an address in the code that the table's functions are.
bool in_hook_stub(uint64_t ip);

/// Writes the event, or compares it with the recorded one.
void emit(Thread* thread, const HookEvent& event, uint64_t result = 0);

/// The next number of a task, an operation or a request.
uint64_t next_hook_id();

/// Number of a place that the program describes (weft_place) at `address`; 0 for no address. Emits
/// a kPlace before it is used first.
uint64_t place_number(Thread* thread, uint64_t site, uint64_t address);
/// Memory in [begin, end) is no longer what it was: places whose strings lay there are forgotten.
void forget_places(uint64_t begin, uint64_t end);

}  // namespace weft::runtime
