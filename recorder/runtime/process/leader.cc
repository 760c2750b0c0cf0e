#include "recorder/runtime/process/leader.h"

#include <linux/futex.h>

#include <atomic>

#include "recorder/runtime/ground/nudge.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/signals/signals.h"

namespace weft::runtime {

namespace {

enum State : uint32_t { kRuns, kWaits, kCalled, kAlone };
std::atomic<uint32_t> g_state_of_leader;  // State
Thread* g_adopts;                         // whom the leader is called for

void tell_waiting_leader(State state) {
  g_state_of_leader.store(state, std::memory_order_seq_cst);
  raw(__NR_futex, address_of(&g_state_of_leader), FUTEX_WAKE_PRIVATE, 1);
}

}  // namespace

bool is_leader(const Thread* thread) {
  return thread->tid == thread->process->pid;
}

void forget_leader() {
  g_state_of_leader.store(kRuns);
}

AfterEnd end_in_process(const Thread* thread) {
  if (is_in_child(thread)) return AfterEnd::kEnds;
  const bool others = thread->process->threads != 0;
  if (is_leader(thread) && others) {
    g_state_of_leader.store(kWaits, std::memory_order_seq_cst);
    return AfterEnd::kWaits;
  }
  if (!others && g_state_of_leader.load() == kWaits) tell_waiting_leader(kAlone);
  return AfterEnd::kEnds;
}

void wait_as_leader(Thread* thread, uint32_t status) {
  for (uint32_t state; (state = g_state_of_leader.load()) != kAlone;) {
    if (state == kCalled) adopt(thread, g_adopts);
    raw(__NR_futex, address_of(&g_state_of_leader), FUTEX_WAIT_PRIVATE, kWaits, 0);
  }
  weft_exit_thread(status, __NR_exit);
}

void call_leader(Thread* adopted) {
  g_adopts = adopted;
  if (g_state_of_leader.load() == kWaits) return tell_waiting_leader(kCalled);
  for_each_thread([adopted](const Thread* thread) {
    if (thread->process == adopted->process && is_leader(thread)) nudge(thread->tid);
  });
}

void adopt(Thread* before, Thread* thread) {
  while (__atomic_load_n(&thread->alive, __ATOMIC_ACQUIRE) != 0) raw(__NR_sched_yield);
  g_state_of_leader.store(kRuns, std::memory_order_seq_cst);
  thread->alive = 1;
  thread->tid = thread->process->pid;
  thread->nudge_timer = -1;  // its own one is gone
  raw(__NR_set_tid_address, address_of(&thread->alive));
  set_gs_base(address_of(thread));
  use_signal_stack(thread);
  __atomic_store_n(&before->alive, 0u, __ATOMIC_RELEASE);  // nobody else allocates a slot just now
  asm volatile("mov %0, %%rsp; jmp weft_entry_exec" : : "r"(thread->runtime_stack) : "memory");
  __builtin_unreachable();
}

}  // namespace weft::runtime
