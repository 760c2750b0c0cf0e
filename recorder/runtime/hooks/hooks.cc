#include "recorder/runtime/hooks/hooks.h"

#include <cstddef>

#include "recorder/runtime/hooks/coroutine_hooks.h"
#include "recorder/runtime/hooks/fiber_hooks.h"
#include "recorder/runtime/hooks/hook_events.h"
#include "recorder/runtime/hooks/hook_places.h"
#include "recorder/runtime/hooks/trace_context.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/turns/log_turns.h"
#include "weft/abi/weft_abi.h"

namespace weft::runtime {

using trace::HookKind;

namespace {

/// A hook's call: the arguments in the order of the C ABI, and where it came from.
template <class Caller>
struct HookCall : Caller {
  uint64_t a, b, c, d;
};

uint64_t place(const HookCaller& call, uint64_t address) {
  return place_number(call, address);
}

constexpr auto on_task_create = [](const auto& call) -> uint64_t {
  const uint64_t where = place(call, call.c), task = next_hook_id();
  const uint64_t parent = call.d != 0 ? call.d : call.thread->current_task;
  if (call.records()) inherit_trace(task, parent);
  emit<HookKind::kTaskCreate>(call, {call.a, call.b, where, parent}, task);
  return task;
};

constexpr auto on_task_resume = [](const auto& call) -> uint64_t {
  const uint64_t where = place(call, call.b), previous = call.thread->current_task;
  call.thread->current_task = call.a;
  emit<HookKind::kTaskResume>(call, {call.a, where}, previous);
  return previous;
};

constexpr auto on_task_suspend = [](const auto& call) -> uint64_t {
  emit<HookKind::kTaskSuspend>(call, {call.a, place(call, call.b), call.c, call.d});
  return 0;
};

constexpr auto on_task_leave = [](const auto& call) -> uint64_t {
  call.thread->current_task = call.a;
  return 0;
};

constexpr auto on_task_end = [](const auto& call) -> uint64_t {
  emit<HookKind::kTaskEnd>(call, {call.a, call.b & UINT32_MAX}, {string_at(call.c)});
  return 0;
};

constexpr auto on_task_wake = [](const auto& call) -> uint64_t {
  emit<HookKind::kTaskWake>(call, {call.a, call.thread->current_task});
  return 0;
};

constexpr auto on_task_await = [](const auto& call) -> uint64_t {
  const uint64_t waiter = call.a != 0 ? call.a : call.thread->current_task;
  emit<HookKind::kTaskAwait>(call, {waiter, call.b});
  return 0;
};

constexpr auto on_task_name = [](const auto& call) -> uint64_t {
  emit<HookKind::kTaskName>(call, {call.a}, {{call.b, call.c}});
  return 0;
};

constexpr auto on_task_current = [](const auto& call) -> uint64_t {
  return call.thread->current_task;
};

constexpr auto on_operation_start = [](const auto& call) -> uint64_t {
  const uint64_t where = place(call, call.b), operation = next_hook_id();
  const uint64_t current = call.thread->current_task;
  if (call.records()) inherit_trace(operation, current);
  emit<HookKind::kOperationStart>(call, {current, where, call.c, call.d}, {string_at(call.a)},
                                  operation);
  return operation;
};

constexpr auto on_operation_complete = [](const auto& call) -> uint64_t {
  emit<HookKind::kOperationComplete>(
      call, {call.a, call.b & UINT32_MAX, call.c, call.thread->current_task});
  return 0;
};

constexpr auto on_operation_cancel = [](const auto& call) -> uint64_t {
  emit<HookKind::kOperationCancel>(call, {call.a, call.thread->current_task}, {string_at(call.b)});
  return 0;
};

constexpr auto on_request_begin = [](const auto& call) -> uint64_t {
  HookText parent = string_at(call.c);
  if (parent.bytes != kTraceParentBytes) parent = {};
  const uint64_t request = next_hook_id();
  if (call.records()) {
    char text[kTraceParentBytes];
    const bool readable =
        parent.bytes != 0 && weft_copy_guarded(text, pointer_to<void>(call.c), sizeof text) == 0;
    begin_trace(call.thread, readable ? text : nullptr);
  }
  emit<HookKind::kRequestBegin>(call, {call.thread->current_task}, {{call.a, call.b}, parent},
                                request);
  return request;
};

constexpr auto on_request_end = [](const auto& call) -> uint64_t {
  emit<HookKind::kRequestEnd>(call, {call.a, call.b & UINT32_MAX, call.thread->current_task});
  return 0;
};

constexpr auto on_note = [](const auto& call) -> uint64_t {
  emit<HookKind::kNote>(call, {call.thread->current_task}, {{call.a, call.b}, {call.c, call.d}});
  return 0;
};

constexpr auto on_hold = [](const auto& call) -> uint64_t {
  emit<HookKind::kHold>(call, {call.a, call.b & UINT32_MAX, call.thread->current_task},
                        {string_at(call.c)});
  return 0;
};

/// The text comes out of the runtime while recording, and out of the trace in replay: there it is
/// put in place first, and then compared with itself.
constexpr auto on_traceparent = [](const auto& call) -> uint64_t {
  char text[kTraceParentBytes + 1] = {};
  if (call.records()) {
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
};

constexpr auto on_fiber_made = [](const auto& call) -> uint64_t {
  fiber_made(call, call.a);
  return 0;
};
constexpr auto on_fiber_jump = [](const auto& call) -> uint64_t {
  fiber_jump(call, {call.a, call.b, call.d, 0});
  return 0;
};
constexpr auto on_fiber_ontop = [](const auto& call) -> uint64_t {
  fiber_jump(call, {call.a, call.b, call.d, call.c});
  return 0;
};

constexpr auto on_coroutine_create = [](const auto& call) -> uint64_t {
  return coroutine_create(call, call.a, {call.b, call.c});
};
constexpr auto on_coroutine_resume = [](const auto& call) -> uint64_t {
  return coroutine_resume(call, call.a, {call.b, call.c});
};
constexpr auto on_coroutine_suspend = [](const auto& call) -> uint64_t {
  coroutine_suspend(call, call.a, {call.b, call.c}, call.d);
  return 0;
};
constexpr auto on_coroutine_hidden = [](const auto& call) -> uint64_t {
  coroutine_hidden(call.a, static_cast<uint32_t>(call.b));
  return 0;
};
constexpr auto on_coroutine_gone = [](const auto& call) -> uint64_t {
  coroutine_gone(call.a);
  return 0;
};

/// A hook as entry.S calls it: the program's arguments, and the caller.
using HookFunction = uint64_t (*)(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t site,
                                  Thread* thread);
template <class Caller, auto kHook>
uint64_t enter(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t site, Thread* thread) {
  return kHook(HookCall<Caller>{{{thread, site}}, a, b, c, d});
}

struct HookSlot {
  size_t offset;  ///< of the pointer in struct weft_abi; 0: not there (fiber_hooks.h)
  bool emits;     ///< false: no event, so nothing else may happen there
  HookFunction record, replay;
};
enum class Writes : uint8_t { kEvent, kNothing };
template <auto kHook>
constexpr HookSlot slot(size_t offset, Writes writes = Writes::kEvent) {
  return {offset, writes == Writes::kEvent, enter<RecordCaller, kHook>, enter<ReplayCaller, kHook>};
}
constexpr Writes kSilent = Writes::kNothing;

/// Programs hold these indices: rows are added at the end, never moved.
constexpr HookSlot kHooks[] = {
    slot<on_task_create>(offsetof(weft_abi, task_create)),
    slot<on_task_resume>(offsetof(weft_abi, task_resume)),
    slot<on_task_suspend>(offsetof(weft_abi, task_suspend)),
    slot<on_task_leave>(offsetof(weft_abi, task_leave), kSilent),
    slot<on_task_end>(offsetof(weft_abi, task_end)),
    slot<on_task_wake>(offsetof(weft_abi, task_wake)),
    slot<on_task_await>(offsetof(weft_abi, task_await)),
    slot<on_task_name>(offsetof(weft_abi, task_name)),
    slot<on_task_current>(offsetof(weft_abi, task_current), kSilent),
    slot<on_operation_start>(offsetof(weft_abi, operation_start)),
    slot<on_operation_complete>(offsetof(weft_abi, operation_complete)),
    slot<on_operation_cancel>(offsetof(weft_abi, operation_cancel)),
    slot<on_request_begin>(offsetof(weft_abi, request_begin)),
    slot<on_request_end>(offsetof(weft_abi, request_end)),
    slot<on_note>(offsetof(weft_abi, note)),
    slot<on_traceparent>(offsetof(weft_abi, traceparent)),
    slot<on_hold>(offsetof(weft_abi, hold)),
    slot<on_fiber_made>(0),
    slot<on_fiber_jump>(0),
    slot<on_fiber_ontop>(0),
    slot<on_coroutine_create>(offsetof(weft_abi, coroutine_create)),
    slot<on_coroutine_resume>(offsetof(weft_abi, coroutine_resume)),
    slot<on_coroutine_suspend>(offsetof(weft_abi, coroutine_suspend)),
    slot<on_coroutine_hidden>(offsetof(weft_abi, coroutine_hidden), kSilent),
    slot<on_coroutine_gone>(offsetof(weft_abi, coroutine_gone), kSilent),
};
constexpr uint32_t kHookCount = sizeof kHooks / sizeof kHooks[0];
static_assert(kHooks[kFiberMadeHook].replay == slot<on_fiber_made>(0).replay &&
              kHooks[kFiberJumpHook].replay == slot<on_fiber_jump>(0).replay &&
              kHooks[kFiberOntopHook].replay == slot<on_fiber_ontop>(0).replay);
constexpr uint32_t kFiberHooks = 3;
// entry.S does it by itself while recording.
constexpr uint32_t kLeaveHook = 3;
static_assert(kHooks[kLeaveHook].offset == offsetof(weft_abi, task_leave));
static_assert(offsetof(Thread, current_task) == 632);
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
constexpr HookFunctions hook_functions(HookFunction HookSlot::* half) {
  HookFunctions functions{};
  for (uint32_t i = 0; i < kHookIndices; ++i)
    functions.by_index[i] = i < kHookCount ? kHooks[i].*half : no_hook;
  return functions;
}
constexpr HookFunctions kReplayFunctions = hook_functions(&HookSlot::replay);
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
extern "C" constexpr HookFunctions weft_hook_functions = hook_functions(&HookSlot::record);
extern "C" constexpr uint32_t weft_silent_hooks = silent_hooks();

/// Record: a signal is pending after a hook that has written its event. True if the thread goes on
/// in its handler.
extern "C" bool weft_after_hook(Thread* thread, uint64_t result) {
  leave_registers(&thread->registers, result);
  return deliver_pending(thread, DeliverAt::kElsewhere);
}

/// Replay: true if the thread goes on elsewhere than where it called from, or with other registers.
extern "C" bool weft_on_hook(Thread* thread) {
  trace::Registers& registers = thread->registers;
  const uint32_t index = registers.rax % kHookIndices;
  const bool emits = (weft_silent_hooks >> index & 1) == 0;
  registers.rax = kReplayFunctions.by_index[index](registers.rdi, registers.rsi, registers.rdx,
                                                   registers.rcx, registers.rip, thread);
  if (!emits && !steps_are_due()) return false;
  leave_registers(&registers, registers.rax);
  const bool elsewhere = emits && deliver_recorded(thread, DeliverAt::kElsewhere);
  const bool stepped = steps_are_due();
  go_on(thread);
  return elsewhere || stepped;
}

}  // namespace weft::runtime
