#include "recorder/runtime/hooks/fiber_hooks.h"

#include <sys/mman.h>

#include "recorder/runtime/code/relocate.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/hooks/hook_events.h"
#include "recorder/runtime/hooks/hooks.h"
#include "recorder/runtime/hooks/trace_context.h"
#include "weft/abi/weft_abi.h"
#include "weft/channel/replay_channel.h"

namespace weft::runtime {

using trace::HookKind;

namespace {

constexpr uint64_t kFrame = 0x40;        // that jump_fcontext saves, x86-64 System V, since 1.64
constexpr uint64_t kFirstFrame = 0x48;   // that make_fcontext prepares
constexpr uint64_t kRecordBytes = 4096;  // above a stack's top: what Boost keeps of a fiber
constexpr uint8_t kFirst[] = {0x48, 0x8d, 0x64, 0x24, 0xc0};         // lea -0x40(%rsp),%rsp
constexpr uint8_t kPrepare[] = {0x48, 0x89, 0xf8, 0x48, 0x83, 0xe0,  // mov %rdi,%rax; and $-16,%rax
                                0xf0, 0x48, 0x8d, 0x40, 0xb8};       // lea -0x48(%rax),%rax
constexpr uint8_t kBranchTarget[] = {0xf3, 0x0f, 0x1e, 0xfa};        // endbr64

using Fiber = channel::ParkedFiber;

/// Open addressing, linear probing; the same in replay, where the contexts are the same.
struct FiberMap {
  Fiber* slots;
  uint64_t capacity;  // a power of 2
  uint64_t used;
};
FiberMap g_fibers;

uint64_t slot_of(uint64_t context) {
  return context * 0x9e3779b97f4a7c15u >> 20 & (g_fibers.capacity - 1);
}

void insert(const Fiber& fiber) {
  uint64_t slot = slot_of(fiber.context);
  while (g_fibers.slots[slot].context != 0 && g_fibers.slots[slot].context != fiber.context)
    slot = (slot + 1) & (g_fibers.capacity - 1);
  g_fibers.used += g_fibers.slots[slot].context == 0;
  g_fibers.slots[slot] = fiber;
}

void grow() {
  const FiberMap old = g_fibers;
  const uint64_t capacity = old.capacity == 0 ? 1024 : 2 * old.capacity;
  const long at = raw(__NR_mmap, 0, capacity * sizeof(Fiber), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (is_error(at)) fail("out of memory for fibers", at);
  g_fibers = {pointer_to<Fiber>(static_cast<uint64_t>(at)), capacity, 0};
  for (uint64_t i = 0; i < old.capacity; ++i) {
    if (old.slots[i].context != 0) insert(old.slots[i]);
  }
  if (old.capacity != 0) raw(__NR_munmap, address_of(old.slots), old.capacity * sizeof(Fiber));
}

void remember(const Fiber& fiber) {
  if (2 * (g_fibers.used + 1) > g_fibers.capacity) grow();
  insert(fiber);
}

/// Takes the fiber out. False if it is not known.
bool take(uint64_t context, Fiber* fiber) {
  if (g_fibers.capacity == 0) return false;
  const uint64_t mask = g_fibers.capacity - 1;
  uint64_t slot = slot_of(context);
  while (g_fibers.slots[slot].context != context) {
    if (g_fibers.slots[slot].context == 0) return false;
    slot = (slot + 1) & mask;
  }
  *fiber = g_fibers.slots[slot];
  for (uint64_t next = (slot + 1) & mask; g_fibers.slots[next].context != 0;
       next = (next + 1) & mask) {  // those that were pushed aside move up
    const uint64_t home = slot_of(g_fibers.slots[next].context);
    if (((next - home) & mask) < ((next - slot) & mask)) continue;
    g_fibers.slots[slot] = g_fibers.slots[next];
    slot = next;
  }
  g_fibers.slots[slot] = {};
  --g_fibers.used;
  return true;
}

uint64_t make_task(HookCaller caller, uint64_t context) {
  const uint64_t task = next_hook_id(), parent = caller.thread->current_task;
  if (recording()) inherit_trace(task, parent);
  emit<HookKind::kTaskCreate>(caller, {WEFT_TASK_FIBER, context, 0, parent}, task);
  return task;
}

/// The fiber that runs ends with this jump: what it hands over is its own record.
bool ends_fiber(const Thread* thread, const FiberJump& jump) {
  return jump.function != 0 && thread->fiber_task != 0 && jump.data >= thread->fiber_top &&
         jump.data - thread->fiber_top < kRecordBytes;
}

/// Code under construction in the page of replacements.
class StubWriter {
 public:
  explicit StubWriter(uint64_t at) : at_(at) {}
  template <size_t kBytes>
  void bytes(const uint8_t (&from)[kBytes]) {
    __builtin_memcpy(pointer_to<void>(at_), from, kBytes);
    at_ += kBytes;
  }
  void number(uint32_t value) {
    __builtin_memcpy(pointer_to<void>(at_), &value, sizeof value);
    at_ += sizeof value;
  }
  uint64_t at() const { return at_; }

 private:
  uint64_t at_;
};

constexpr uint8_t kCallHook[] = {0x65, 0xff, 0x14, 0x25, offsetof(Thread, hook), 0, 0, 0};
constexpr uint64_t kStubMost = 32 + kMaxMovedBytes;
uint64_t g_next_stub;  // 0: none yet

/// Bytes of the function that gave way; 0 if that cannot be.
uint64_t write_stub(uint64_t at, uint32_t index, uint64_t function, uint64_t* end) {
  constexpr uint8_t kSave[] = {0x52, 0x56, 0x57,              // push %rdx, %rsi, %rdi
                               0x48, 0x8d, 0x4c, 0x24, 0x18,  // lea 24(%rsp),%rcx
                               0xb8};                         // mov $index,%eax
  constexpr uint8_t kRestore[] = {0x5f, 0x5e, 0x5a};
  StubWriter stub(at);
  stub.bytes(kSave);
  stub.number(index);
  stub.bytes(kCallHook);  // call *%gs:hook
  stub.bytes(kRestore);
  Moved moved;
  if (!move_instructions(pointer_to<const uint8_t>(function), 16, function,
                         pointer_to<uint8_t>(stub.at()), stub.at(), &moved)) {
    return 0;
  }
  *end = at + kStubMost;
  return moved.bytes;
}

/// The function begins with a jump to a stub of its own from now on.
void listen(const Thread* thread, const FileMapping& mapping, uint64_t function, uint32_t index) {
  const uint64_t stub = g_next_stub;
  if (function == 0 || stub + kStubMost > replacement_code() + kHookTableOffset) return;
  const auto distance = static_cast<int64_t>(stub - (function + kJumpBytes));
  if (distance != static_cast<int32_t>(distance)) return;
  const uint64_t covered = write_stub(stub, index, function, &g_next_stub);
  if (covered == 0) return;
  write_data_events(thread, stub, kStubMost);
  raw(__NR_mprotect, mapping.address, mapping.bytes, PROT_READ | PROT_WRITE | PROT_EXEC);
  const auto relative = static_cast<int32_t>(distance);
  *pointer_to<uint8_t>(function) = 0xe9;  // jmp
  __builtin_memcpy(pointer_to<void>(function + 1), &relative, sizeof relative);
  raw(__NR_mprotect, mapping.address, mapping.bytes, mapping.protection);
  write_data_events(thread, function, kJumpBytes);
}

/// What a function does first, unless it is another version than this file knows.
template <size_t kBytes>
bool begins_with(uint64_t function, const uint8_t (&expected)[kBytes]) {
  const auto* code = pointer_to<const uint8_t>(function);
  if (__builtin_memcmp(code, kBranchTarget, sizeof kBranchTarget) == 0)
    code += sizeof kBranchTarget;
  return __builtin_memcmp(code, expected, kBytes) == 0;
}

}  // namespace

void listen_to_fibers(const Thread* thread, const FileMapping& mapping,
                      const FunctionTable& functions) {
  if (functions[Function::kJumpContext] == 0) return;
  if (g_next_stub == 0) g_next_stub = replacement_code() + kFiberStubOffset;
  const uint64_t make = functions[Function::kMakeContext], jump = functions[Function::kJumpContext];
  if (make == 0 || !begins_with(make, kPrepare) || !begins_with(jump, kFirst)) {
    write_unusual(thread, "fibers of a Boost.Context that weft does not know: not shown as tasks");
    return;
  }
  listen(thread, mapping, make, kFiberMadeHook);
  listen(thread, mapping, jump, kFiberJumpHook);
  listen(thread, mapping, functions[Function::kOntopContext], kFiberOntopHook);
}

ParkedFibers parked_fibers() {
  return {address_of(g_fibers.slots), g_fibers.capacity};
}

void forget_fibers() {
  if (g_fibers.capacity != 0)
    __builtin_memset(static_cast<void*>(g_fibers.slots), 0, g_fibers.capacity * sizeof(Fiber));
  g_fibers.used = 0;
  g_next_stub = 0;
}

void fiber_made(HookCaller caller, uint64_t top) {
  const uint64_t context = (top & ~uint64_t{15}) - kFirstFrame;
  const uint64_t task = make_task(caller, context);
  remember({context, task, task, top & ~uint64_t{15}});
}

void fiber_jump(HookCaller hook, const FiberJump& jump) {
  Thread* thread = hook.thread;
  HookCaller caller{thread, 0};
  weft_copy_guarded(&caller.site, pointer_to<void>(jump.stack), sizeof caller.site);
  const Fiber from{jump.stack - kFrame, thread->fiber_task, thread->current_task,
                   thread->fiber_top};
  Fiber to;
  if (!take(jump.to, &to)) {  // made before anybody listened
    const uint64_t task = make_task(caller, jump.to);
    to = {jump.to, task, task, UINT64_MAX};
  }
  if (ends_fiber(thread, jump)) {
    emit<HookKind::kTaskEnd>(caller, {from.task, WEFT_DONE}, {{}});
  } else {
    remember(from);
  }
  emit<HookKind::kFiberSwitch>(caller, {from.task, to.task});
  thread->fiber_task = to.task;
  thread->current_task = to.current;
  thread->fiber_top = to.top;
}

}  // namespace weft::runtime
