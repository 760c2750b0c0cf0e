#include "recorder/runtime/hooks.h"

#include <cstddef>

#include "recorder/runtime/event_writer.h"
#include "recorder/runtime/fiber_hooks.h"
#include "recorder/runtime/preempt.h"
#include "recorder/runtime/signals.h"
#include "recorder/runtime/state.h"
#include "recorder/runtime/trace_context.h"
#include "replayer/runtime/log_reader.h"
#include "replayer/runtime/replay.h"
#include "replayer/runtime/steps.h"
#include "weft/abi/weft_abi.h"

namespace weft::runtime {

using trace::HookKind;

namespace {

/// A hook's call: the arguments in the order of the C ABI, and where it came from.
struct HookCall {
  Thread* thread;
  uint64_t site;
  uint64_t a, b, c, d;
};

constexpr uint64_t kMaxText = 4096;

HookText string_at(uint64_t address) {
  if (address == 0) return {};
  const long length = weft_string_guarded(pointer_to<char>(address), kMaxText);
  return {address, length < 0 ? 0 : static_cast<uint64_t>(length)};
}

uint64_t place(const HookCall& call, uint64_t address) {
  return place_number(call.thread, call.site, address);
}

uint64_t on_task_create(const HookCall& call) {
  const uint64_t where = place(call, call.c), task = next_hook_id();
  const uint64_t parent = call.d != 0 ? call.d : call.thread->current_task;
  if (recording()) inherit_trace(task, parent);
  emit(call.thread, {HookKind::kTaskCreate, call.site, {call.a, call.b, where, parent}}, task);
  return task;
}

uint64_t on_task_resume(const HookCall& call) {
  const uint64_t where = place(call, call.b), previous = call.thread->current_task;
  call.thread->current_task = call.a;
  emit(call.thread, {HookKind::kTaskResume, call.site, {call.a, where}}, previous);
  return previous;
}

uint64_t on_task_suspend(const HookCall& call) {
  const uint64_t where = place(call, call.b);
  emit(call.thread, {HookKind::kTaskSuspend, call.site, {call.a, where, call.c, call.d}});
  return 0;
}

uint64_t on_task_leave(const HookCall& call) {
  call.thread->current_task = call.a;
  return 0;
}

uint64_t on_task_end(const HookCall& call) {
  emit(call.thread,
       {HookKind::kTaskEnd, call.site, {call.a, call.b & UINT32_MAX}, {string_at(call.c)}});
  return 0;
}

uint64_t on_task_wake(const HookCall& call) {
  emit(call.thread, {HookKind::kTaskWake, call.site, {call.a, call.thread->current_task}});
  return 0;
}

uint64_t on_task_await(const HookCall& call) {
  const uint64_t waiter = call.a != 0 ? call.a : call.thread->current_task;
  emit(call.thread, {HookKind::kTaskAwait, call.site, {waiter, call.b}});
  return 0;
}

uint64_t on_task_name(const HookCall& call) {
  emit(call.thread, {HookKind::kTaskName, call.site, {call.a}, {{call.b, call.c}}});
  return 0;
}

uint64_t on_task_current(const HookCall& call) {
  return call.thread->current_task;
}

uint64_t on_operation_start(const HookCall& call) {
  const uint64_t where = place(call, call.b), operation = next_hook_id();
  const uint64_t current = call.thread->current_task;
  if (recording()) inherit_trace(operation, current);
  emit(
      call.thread,
      {HookKind::kOperationStart, call.site, {current, where, call.c, call.d}, {string_at(call.a)}},
      operation);
  return operation;
}

uint64_t on_operation_complete(const HookCall& call) {
  emit(call.thread, {HookKind::kOperationComplete,
                     call.site,
                     {call.a, call.b & UINT32_MAX, call.c, call.thread->current_task}});
  return 0;
}

uint64_t on_operation_cancel(const HookCall& call) {
  emit(call.thread, {HookKind::kOperationCancel,
                     call.site,
                     {call.a, call.thread->current_task},
                     {string_at(call.b)}});
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
  emit(
      call.thread,
      {HookKind::kRequestBegin, call.site, {call.thread->current_task}, {{call.a, call.b}, parent}},
      request);
  return request;
}

uint64_t on_request_end(const HookCall& call) {
  emit(
      call.thread,
      {HookKind::kRequestEnd, call.site, {call.a, call.b & UINT32_MAX, call.thread->current_task}});
  return 0;
}

uint64_t on_note(const HookCall& call) {
  emit(call.thread, {HookKind::kNote,
                     call.site,
                     {call.thread->current_task},
                     {{call.a, call.b}, {call.c, call.d}}});
  return 0;
}

uint64_t on_hold(const HookCall& call) {
  emit(call.thread, {HookKind::kHold,
                     call.site,
                     {call.a, call.b & UINT32_MAX, call.thread->current_task},
                     {string_at(call.c)}});
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
  emit(call.thread, {HookKind::kTraceParent,
                     call.site,
                     {call.thread->current_task},
                     {{address_of(text), kTraceParentBytes}}});
  return 0;
}

struct HookFunction {
  size_t offset;  ///< of the pointer in struct weft_abi; 0: not there (fiber_hooks.h)
  uint64_t (*function)(const HookCall&);
  bool emits;  ///< false: no event, so nothing else may happen there
};

uint64_t fiber_made(const HookCall& call) {
  on_fiber_made(call.thread, call.site, call.a, call.b);
  return 0;
}
uint64_t fiber_jump(const HookCall& call) {
  on_fiber_jump(call.thread, {call.a, call.b, call.d, 0});
  return 0;
}
uint64_t fiber_ontop(const HookCall& call) {
  on_fiber_jump(call.thread, {call.a, call.b, call.d, call.c});
  return 0;
}

/// Programs hold these indices: rows are added at the end of the table's part, never moved.
constexpr HookFunction kHooks[] = {
    {offsetof(weft_abi, task_create), on_task_create, true},
    {offsetof(weft_abi, task_resume), on_task_resume, true},
    {offsetof(weft_abi, task_suspend), on_task_suspend, true},
    {offsetof(weft_abi, task_leave), on_task_leave, false},
    {offsetof(weft_abi, task_end), on_task_end, true},
    {offsetof(weft_abi, task_wake), on_task_wake, true},
    {offsetof(weft_abi, task_await), on_task_await, true},
    {offsetof(weft_abi, task_name), on_task_name, true},
    {offsetof(weft_abi, task_current), on_task_current, false},
    {offsetof(weft_abi, operation_start), on_operation_start, true},
    {offsetof(weft_abi, operation_complete), on_operation_complete, true},
    {offsetof(weft_abi, operation_cancel), on_operation_cancel, true},
    {offsetof(weft_abi, request_begin), on_request_begin, true},
    {offsetof(weft_abi, request_end), on_request_end, true},
    {offsetof(weft_abi, note), on_note, true},
    {offsetof(weft_abi, traceparent), on_traceparent, true},
    {offsetof(weft_abi, hold), on_hold, true},
    {0, fiber_made, true},
    {0, fiber_jump, true},
    {0, fiber_ontop, true},
};
constexpr uint32_t kHookCount = sizeof kHooks / sizeof kHooks[0];
static_assert(kHookCount == kFiberOntopHook + 1);
static_assert(sizeof(weft_abi) == 8 + 8 * kHookFunctions);
static_assert(kHookTableOffset + sizeof(weft_abi) <= kHookStubOffset);

constexpr uint64_t kHookStubBytes = 16;
static_assert(kHookStubOffset + kHookFunctions * kHookStubBytes <= layout::kPage);

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
  const uint64_t stubs = kReplacementCode + kHookStubOffset;
  auto* table = pointer_to<uint8_t>(kHookTable);
  const uint32_t head[2] = {WEFT_ABI_VERSION, sizeof(weft_abi)};
  __builtin_memcpy(table, head, sizeof head);
  for (uint32_t i = 0; i < kHookFunctions; ++i) {
    const uint64_t stub = stubs + i * kHookStubBytes;
    write_stub(stub, i);
    __builtin_memcpy(table + kHooks[i].offset, &stub, sizeof stub);
  }
  write_data_events(thread, kHookTable,
                    kHookStubOffset - kHookTableOffset + kHookFunctions * kHookStubBytes);
}

bool in_hook_stub(uint64_t ip) {
  constexpr uint64_t kStubs = kReplacementCode + kHookStubOffset;
  return kStubs <= ip && ip < kStubs + kHookFunctions * kHookStubBytes;
}

/// True if the thread goes on elsewhere than where it called from, or with other registers.
extern "C" bool weft_on_hook(Thread* thread) {
  trace::Registers& registers = thread->registers;
  const auto index = static_cast<uint32_t>(registers.rax);
  if (index >= kHookCount) {  // the program has jumped into the middle of a stub
    registers.rax = 0;
    return false;
  }
  const HookFunction& hook = kHooks[index];
  registers.rax = hook.function(
      {thread, registers.rip, registers.rdi, registers.rsi, registers.rdx, registers.rcx});
  const bool steps = !recording() && steps_are_due();
  if (!hook.emits && !steps) return false;
  // As weft_hook_entry leaves them; debuggers and handlers see them here.
  registers.rcx = registers.rdx = registers.rsi = registers.rdi = 0;
  registers.r8 = registers.r9 = registers.r10 = registers.r11 = 0;
  registers.rflags = 0x202;
  if (recording()) return deliver_pending(thread, false);
  const bool elsewhere = hook.emits && deliver_recorded(thread, false);
  if (hook.emits && !elsewhere) {
    expect_preemption(thread);
    expect_end();
  }
  if (!steps_are_due()) return elsewhere;
  start_steps(thread);
  return true;
}

}  // namespace weft::runtime
