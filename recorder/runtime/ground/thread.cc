#include "recorder/runtime/ground/thread.h"

#include <sys/mman.h>

#include "recorder/runtime/ground/assertion.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"

namespace weft::runtime {

ThreadTable g_threads;

namespace {

void* map_at(uint64_t address, uint64_t bytes) {
  const long result = raw(__NR_mmap, address, bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
  if (result != static_cast<long>(address)) fail("out of memory for a thread", result);
  return pointer_to<void>(address);
}

/// A slot whose kernel thread is gone, or a new one.
uint32_t free_slot() {
  for (uint32_t slot = 0; slot < g_threads.slots_used; ++slot) {
    Thread* thread = g_threads.by_slot[slot];
    if (thread == nullptr) return slot;
    if (thread->exited && __atomic_load_n(&thread->alive, __ATOMIC_ACQUIRE) == 0) return slot;
  }
  if (g_threads.slots_used == kMaxSlots) fail("too many threads", kMaxSlots);
  const uint32_t slot = g_threads.slots_used++;
  map_at(slot_address(slot) + layout::kPage, kSlotBytes - layout::kPage);
  return slot;
}

}  // namespace

Thread* allocate_thread() {
  if (g_threads.by_id == nullptr) {
    g_threads.by_id = static_cast<Thread**>(map_at(
        layout::kRuntimeMemory - kMaxThreads * sizeof(Thread*), kMaxThreads * sizeof(Thread*)));
  }
  if (g_threads.next_id == kMaxThreads) fail("too many threads in one trace", kMaxThreads);
  const uint32_t slot = free_slot();
  assert_that("a thread takes the slot of nobody", [slot] {
    return g_threads.by_slot[slot] == nullptr || g_threads.by_slot[slot]->exited;
  });
  assert_that("a number is given out once",
              [] { return g_threads.by_id[g_threads.next_id] == nullptr; });
  const uint64_t block = slot_address(slot) + layout::kPage + kSignalStackBytes;
  Thread* thread = pointer_to<Thread>(block);
  __builtin_memset(static_cast<void*>(thread), 0, sizeof *thread);
  thread->self = thread;
  thread->entry = address_of(&weft_entry);
  thread->hook = address_of(recording() ? &weft_hook_record : &weft_hook_entry);
  thread->runtime_stack = slot_address(slot) + kSlotBytes;
  thread->extended = pointer_to<uint8_t>(block + layout::kPage);
  thread->slot = slot;
  thread->id = g_threads.next_id++;
  thread->signal_stack.flags = 2;  // SS_DISABLE
  thread->alive = 1;
  thread->nudge_timer = -1;
  g_threads.by_slot[slot] = thread;
  g_threads.by_id[thread->id] = thread;
  ++g_threads.alive;
  return thread;
}

void release_thread(Thread* thread) {
  assert_that("a thread ends once", [&] { return !thread->exited; });
  assert_that("a thread that ends was alive", [] { return g_threads.alive != 0; });
  thread->exited = true;
  g_threads.by_id[thread->id] = nullptr;
  --g_threads.alive;
  if (thread->process != nullptr) leave_process(thread);
}

Thread* thread_by_id(uint32_t id) {
  return id < g_threads.next_id ? g_threads.by_id[id] : nullptr;
}

}  // namespace weft::runtime
