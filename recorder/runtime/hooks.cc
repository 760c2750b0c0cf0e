#include "recorder/runtime/hooks.h"

#include <cstddef>

#include "recorder/runtime/coroutine_hooks.h"
#include "recorder/runtime/fiber_hooks.h"
#include "recorder/runtime/hook_events.h"
#include "recorder/runtime/preempt.h"
#include "recorder/runtime/signals.h"
#include "recorder/runtime/trace_context.h"
#include "replayer/runtime/log_reader.h"
#include "replayer/runtime/replay.h"
#include "replayer/runtime/steps.h"
#include "weft/abi/weft_abi.h"

namespace weft::runtime {

using trace::HookKind;

namespace {

/// A hook's call: the arguments in the order of the C ABI, and where it came from.
struct HookCall : HookCaller {
  uint64_t a, b, c, d;
};

uint64_t place(const HookCall& call, uint64_t address) {
  return place_number(call, address);
}

uint64_t on_task_create(const HookCall& call) {
  const uint64_t where = place(call, call.c), task = next_hook_id();
  const uint64_t parent = call.d != 0 ? call.d : call.thread->current_task;
  if (recording()) inherit_trace(task, parent);
  emit<HookKind::kTaskCreate>(call, {call.a, call.b, where, parent}, task);
  return task;
}

uint64_t on_task_resume(const HookCall& call) {
  const uint64_t where = place(call, call.b), previous = call.thread->current_task;
  call.thread->current_task = call.a;
  emit<HookKind::kTaskResume>(call, {call.a, where}, previous);
  return previous;
}

uint64_t on_task_suspend(const HookCall& call) {
  emit<HookKind::kTaskSuspend>(call, {call.a, place(call, call.b), call.c, call.d});
  return 0;
}

uint64_t on_task_leave(const HookCall& call) {
  call.thread->current_task = call.a;
  return 0;
}

uint64_t on_task_end(const HookCall& call) {
  emit<HookKind::kTaskEnd>(call, {call.a, call.b & UINT32_MAX}, {string_at(call.c)});
  return 0;
}

uint64_t on_task_wake(const HookCall& call) {
  emit<HookKind::kTaskWake>(call, {call.a, call.thread->current_task});
  return 0;
}

uint64_t on_task_await(const HookCall& call) {
  const uint64_t waiter = call.a != 0 ? call.a : call.thread->current_task;
  emit<HookKind::kTaskAwait>(call, {waiter, call.b});
  return 0;
}

uint64_t on_task_name(const HookCall& call) {
  emit<HookKind::kTaskName>(call, {call.a}, {{call.b, call.c}});
  return 0;
}

uint64_t on_task_current(const HookCall& call) {
  return call.thread->current_task;
}

uint64_t on_operation_start(const HookCall& call) {
  const uint64_t where = place(call, call.b), operation = next_hook_id();
  const uint64_t current = call.thread->current_task;
  if (recording()) inherit_trace(operation, current);
  emit<HookKind::kOperationStart>(call, {current, where, call.c, call.d}, {string_at(call.a)},
                                  operation);
  return operation;
}

uint64_t on_operation_complete(const HookCall& call) {
  emit<HookKind::kOperationComplete>(
      call, {call.a, call.b & UINT32_MAX, call.c, call.thread->current_task});
  return 0;
}

uint64_t on_operation_cancel(const HookCall& call) {
  emit<HookKind::kOperationCancel>(call, {call.a, call.thread->current_task}, {string_at(call.b)});
  return 0;
}

uint64_t on_request_begin(const HookCall& call) {
  HookText parent = string_at(call.c);
  if (parent.bytes != kTraceParentBytes) parent = {};
  const uint64_t request = next_hook_id();
  if (recording()) {
    char text[kTraceParentBytes];
    const bool readable =
        parent.bytes != 0 && weft_copy_guarded(text, pointer_to<void>(call.c), sizeof text) == 0;
    begin_trace(call.thread, readable ? text : nullptr);
  }
  emit<HookKind::kRequestBegin>(call, {call.thread->current_task}, {{call.a, call.b}, parent},
                                request);
  return request;
}

uint64_t on_request_end(const HookCall& call) {
  emit<HookKind::kRequestEnd>(call, {call.a, call.b & UINT32_MAX, call.thread->current_task});
  return 0;
}

uint64_t on_note(const HookCall& call) {
  emit<HookKind::kNote>(call, {call.thread->current_task}, {{call.a, call.b}, {call.c, call.d}});
  return 0;
}

uint64_t on_hold(const HookCall& call) {
  emit<HookKind::kHold>(call, {call.a, call.b & UINT32_MAX, call.thread->current_task},
                        {string_at(call.c)});
  return 0;
}

/// The text comes out of the runtime while recording, and out of the trace in replay: there it is
/// put in place first, and then compared with itself.
uint64_t on_traceparent(const HookCall& call) {
  char text[kTraceParentBytes + 1] = {};
  if (recording()) {
    format_traceparent(call.thread, text);
  } else {
    const trace::EventHeader* event = await_turn(call.thread);
    const uint64_t head = 8 * 2 + sizeof(trace::EffectHeader);
    if (trace::is_call(event->kind) && event->size >= head + kTraceParentBytes)
      __builtin_memcpy(text, payload_of(event) + head, kTraceParentBytes);
  }
  weft_copy_guarded(pointer_to<void>(call.a), text, sizeof text);
  emit<HookKind::kTraceParent>(call, {call.thread->current_task},
                               {{address_of(text), kTraceParentBytes}});
  return 0;
}

uint64_t on_fiber_made(const HookCall& call) {
  fiber_made(call, call.a);
  return 0;
}
uint64_t on_fiber_jump(const HookCall& call) {
  fiber_jump(call, {call.a, call.b, call.d, 0});
  return 0;
}
uint64_t on_fiber_ontop(const HookCall& call) {
  fiber_jump(call, {call.a, call.b, call.d, call.c});
  return 0;
}

uint64_t on_coroutine_create(const HookCall& call) {
  return coroutine_create(call, call.a, {call.b, call.c});
}
uint64_t on_coroutine_resume(const HookCall& call) {
  return coroutine_resume(call, call.a, {call.b, call.c});
}
uint64_t on_coroutine_suspend(const HookCall& call) {
  coroutine_suspend(call, call.a, {call.b, call.c}, call.d);
  return 0;
}
uint64_t on_coroutine_hidden(const HookCall& call) {
  coroutine_hidden(call.a, static_cast<uint32_t>(call.b));
  return 0;
}
uint64_t on_coroutine_gone(const HookCall& call) {
  coroutine_gone(call.a);
  return 0;
}

/// A hook as entry.S calls it: the program's arguments, and who calls.
using HookFunction = uint64_t (*)(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t site,
                                  Thread* thread);
template <uint64_t (*kHook)(const HookCall&)>
uint64_t enter(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t site, Thread* thread) {
  return kHook({{thread, site}, a, b, c, d});
}

struct HookSlot {
  size_t offset;  ///< of the pointer in struct weft_abi; 0: not there (fiber_hooks.h)
  HookFunction function;
  bool emits;  ///< false: no event, so nothing else may happen there
};

/// Programs hold these indices: rows are added at the end, never moved.
constexpr HookSlot kHooks[] = {
    {offsetof(weft_abi, task_create), enter<on_task_create>, true},
    {offsetof(weft_abi, task_resume), enter<on_task_resume>, true},
    {offsetof(weft_abi, task_suspend), enter<on_task_suspend>, true},
    {offsetof(weft_abi, task_leave), enter<on_task_leave>, false},
    {offsetof(weft_abi, task_end), enter<on_task_end>, true},
    {offsetof(weft_abi, task_wake), enter<on_task_wake>, true},
    {offsetof(weft_abi, task_await), enter<on_task_await>, true},
    {offsetof(weft_abi, task_name), enter<on_task_name>, true},
    {offsetof(weft_abi, task_current), enter<on_task_current>, false},
    {offsetof(weft_abi, operation_start), enter<on_operation_start>, true},
    {offsetof(weft_abi, operation_complete), enter<on_operation_complete>, true},
    {offsetof(weft_abi, operation_cancel), enter<on_operation_cancel>, true},
    {offsetof(weft_abi, request_begin), enter<on_request_begin>, true},
    {offsetof(weft_abi, request_end), enter<on_request_end>, true},
    {offsetof(weft_abi, note), enter<on_note>, true},
    {offsetof(weft_abi, traceparent), enter<on_traceparent>, true},
    {offsetof(weft_abi, hold), enter<on_hold>, true},
    {0, enter<on_fiber_made>, true},
    {0, enter<on_fiber_jump>, true},
    {0, enter<on_fiber_ontop>, true},
    {offsetof(weft_abi, coroutine_create), enter<on_coroutine_create>, true},
    {offsetof(weft_abi, coroutine_resume), enter<on_coroutine_resume>, true},
    {offsetof(weft_abi, coroutine_suspend), enter<on_coroutine_suspend>, true},
    {offsetof(weft_abi, coroutine_hidden), enter<on_coroutine_hidden>, false},
    {offsetof(weft_abi, coroutine_gone), enter<on_coroutine_gone>, false},
};
constexpr uint32_t kHookCount = sizeof kHooks / sizeof kHooks[0];
static_assert(kHooks[kFiberMadeHook].function == enter<on_fiber_made> &&
              kHooks[kFiberJumpHook].function == enter<on_fiber_jump> &&
              kHooks[kFiberOntopHook].function == enter<on_fiber_ontop>);
constexpr uint32_t kFiberHooks = 3;
static_assert(sizeof(weft_abi) == 8 + 8 * (kHookCount - kFiberHooks));
static_assert(kHookCount <= kHookIndices);
static_assert(kHookTableOffset + sizeof(weft_abi) <= kHookStubOffset);

constexpr uint64_t kHookStubBytes = 16;
static_assert(kHookStubOffset + kHookCount * kHookStubBytes <= layout::kPage);

/// mov $index,%eax; jmp *%gs:Thread::hook
void write_stub(uint64_t at, uint32_t index) {
  auto* code = pointer_to<uint8_t>(at);
  code[0] = 0xb8;
  __builtin_memcpy(code + 1, &index, 4);
  constexpr uint8_t kJump[] = {0x65, 0xff, 0x24, 0x25, offsetof(Thread, hook), 0, 0, 0};
  __builtin_memcpy(code + 5, kJump, sizeof kJump);
}

}  // namespace

void publish_hooks(const Thread* thread) {
  const uint64_t stubs = replacement_code() + kHookStubOffset;
  auto* table = pointer_to<uint8_t>(hook_table());
  const uint32_t head[2] = {WEFT_ABI_VERSION, sizeof(weft_abi)};
  __builtin_memcpy(table, head, sizeof head);
  for (uint32_t i = 0; i < kHookCount; ++i) {
    if (kHooks[i].offset == 0) continue;
    const uint64_t stub = stubs + i * kHookStubBytes;
    write_stub(stub, i);
    __builtin_memcpy(table + kHooks[i].offset, &stub, sizeof stub);
  }
  write_data_events(thread, hook_table(),
                    kHookStubOffset - kHookTableOffset + kHookCount * kHookStubBytes);
}

bool in_hook_stub(uint64_t ip) {
  const uint64_t stubs = replacement_code() + kHookStubOffset;
  return stubs <= ip && ip < stubs + kHookCount * kHookStubBytes;
}

/// What a program reaches that jumps into the middle of a stub.
uint64_t no_hook(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, Thread*) {
  return 0;
}

struct HookFunctions {
  HookFunction by_index[kHookIndices];
};
constexpr HookFunctions hook_functions() {
  HookFunctions functions{};
  for (uint32_t i = 0; i < kHookIndices; ++i)
    functions.by_index[i] = i < kHookCount ? kHooks[i].function : no_hook;
  return functions;
}
/// Bit n: hook n writes no event.
constexpr uint32_t silent_hooks() {
  uint32_t silent = 0;
  for (uint32_t i = 0; i < kHookIndices; ++i)
    silent |= uint32_t{i >= kHookCount || !kHooks[i].emits} << i;
  return silent;
}

/// As weft_hook_entry and weft_hook_record leave the registers that a function may change:
/// debuggers and signal handlers see them here.
void leave_registers(trace::Registers* registers, uint64_t result) {
  registers->rax = result;
  registers->rcx = registers->rdx = registers->rsi = registers->rdi = 0;
  registers->r8 = registers->r9 = registers->r10 = registers->r11 = 0;
  registers->rflags = 0x202;
}

// For entry.S.
extern "C" constexpr HookFunctions weft_hook_functions = hook_functions();
extern "C" constexpr uint32_t weft_silent_hooks = silent_hooks();

/// Record: a signal waits behind a hook that has written its event. True if the thread goes on in
/// its handler.
extern "C" bool weft_after_hook(Thread* thread, uint64_t result) {
  leave_registers(&thread->registers, result);
  return deliver_pending(thread, false);
}

/// Replay: true if the thread goes on elsewhere than where it called from, or with other registers.
extern "C" bool weft_on_hook(Thread* thread) {
  trace::Registers& registers = thread->registers;
  const uint32_t index = registers.rax % kHookIndices;
  const bool emits = (weft_silent_hooks >> index & 1) == 0;
  registers.rax = weft_hook_functions.by_index[index](registers.rdi, registers.rsi, registers.rdx,
                                                      registers.rcx, registers.rip, thread);
  if (!emits && !steps_are_due()) return false;
  leave_registers(&registers, registers.rax);
  const bool elsewhere = emits && deliver_recorded(thread, false);
  if (emits && !elsewhere) {
    expect_preemption(thread);
    expect_end();
  }
  if (!steps_are_due()) return elsewhere;
  start_steps(thread);
  return true;
}

}  // namespace weft::runtime
