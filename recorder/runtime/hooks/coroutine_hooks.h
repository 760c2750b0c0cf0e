/// The hooks of the tracing flag (weft_abi.h, coroutine_...): what a coroutine's promise says. The
/// code is here, not in the flag's headers, because every file of a program would be compiled with
/// it.
#pragma once

#include <cstdint>

#include "recorder/runtime/hooks/hook_events.h"

namespace weft::runtime {

/// Where a coroutine stands: addresses of a weft_place and of its name.
struct CoroutinePlace {
  uint64_t place, function;
};

uint64_t coroutine_create(HookCaller caller, uint64_t frame, CoroutinePlace at);
uint64_t coroutine_resume(HookCaller caller, uint64_t task, CoroutinePlace at);
/// `stop`: address of a weft_stop.
void coroutine_suspend(HookCaller caller, uint64_t task, CoroutinePlace at, uint64_t stop);
void coroutine_hidden(uint64_t frame, uint32_t wait);
void coroutine_gone(uint64_t frame);

/// Another image begins: no frame is alive.
void forget_coroutines();

}  // namespace weft::runtime
