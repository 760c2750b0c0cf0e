#include "recorder/runtime/hooks/coroutine_hooks.h"

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/hooks/hook_places.h"
#include "recorder/runtime/hooks/live_frames.h"
#include "recorder/runtime/hooks/trace_context.h"

namespace weft::runtime {

using trace::HookKind;

namespace {

LiveFrames g_frames;

/// Whom the waiter awaits, by the bytes of its awaiter or operand: a task_await each.
void find_in(HookCaller caller, uint64_t waiter, weft_stop* stop) {
  for (int i = 0; i < 2; ++i) {
    uint64_t words[kMaxAwaiterWords];
    const uint32_t all = stop->bytes[i] / 8,
                   count = all < kMaxAwaiterWords ? all : kMaxAwaiterWords;
    if (count == 0 || weft_copy_guarded(words, stop->look_in[i], count * 8) != 0) continue;
    const bool found = find_awaited(
        g_frames, words, count, waiter, stop,
        [caller, waiter](uint64_t task) { emit<HookKind::kTaskAwait>(caller, {waiter, task}); });
    if (found) return;
  }
}

uint64_t number_of(HookCaller caller, CoroutinePlace at) {
  return coroutine_place_number(caller, at.place, at.function);
}

}  // namespace

uint64_t coroutine_create(HookCaller caller, uint64_t frame, CoroutinePlace at) {
  const uint64_t where = number_of(caller, at), task = next_hook_id();
  const uint64_t parent = caller.thread->current_task;
  if (recording()) inherit_trace(task, parent);
  g_frames.put({frame, task, WEFT_WAIT_TASK});
  emit<HookKind::kTaskCreate>(caller, {WEFT_TASK_COROUTINE, frame, where, parent}, task);
  return task;
}

uint64_t coroutine_resume(HookCaller caller, uint64_t task, CoroutinePlace at) {
  const uint64_t where = number_of(caller, at), previous = caller.thread->current_task;
  caller.thread->current_task = task;
  emit<HookKind::kTaskResume>(caller, {task, where}, previous);
  return previous;
}

void coroutine_suspend(HookCaller caller, uint64_t task, CoroutinePlace at, uint64_t address) {
  weft_stop stop;
  if (!read_program(address, &stop)) stop = {};
  find_in(caller, task, &stop);
  g_frames.stop(task, stop.wait == WEFT_WAIT_TASK ? 0 : stop.object);
  const uint64_t where = number_of(caller, at);
  emit<HookKind::kTaskSuspend>(caller, {task, where, stop.wait, stop.object});
}

void coroutine_hidden(uint64_t frame, uint32_t wait) {
  g_frames.put({frame, 0, wait});
}

void coroutine_gone(uint64_t frame) {
  g_frames.remove(frame);
}

void forget_coroutines() {
  g_frames.clear();
}

}  // namespace weft::runtime
