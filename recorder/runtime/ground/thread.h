/// What the runtime knows of one program thread, and where that lies.
///
///   slot n, at kRuntimeMemory + n * kSlotBytes
///   +--------+----------------------+--------------+-----------------------+----------------+
///   | guard  | kernel signal stack  | Thread block | extended state (xsave)| runtime stack  |
///   | 4 KiB  | kSignalStackBytes    | 4 KiB        | kExtendedBytes        | the rest, down |
///   +--------+----------------------+--------------+-----------------------+----------------+
///
/// gs points at the Thread block while the thread runs, in the program and in the runtime, in
/// record and in replay. In replay all threads share one kernel thread, so gs changes with the
/// fiber.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "recorder/runtime/ground/kernel.h"
#include "weft/channel/layout.h"
#include "weft/channel/record_channel.h"
#include "weft/trace/event.h"

namespace weft::runtime {

inline constexpr uint64_t kSlotBytes = 256 * 1024;
inline constexpr uint64_t kSignalStackBytes = 32 * 1024;
inline constexpr uint64_t kExtendedBytes = 16 * 1024;
inline constexpr uint32_t kMaxThreads = 16u << 20;  ///< in the life of a trace
inline constexpr uint32_t kMaxSlots = 64 * 1024;    ///< alive at the same time

struct Process;
struct SignalTable;
struct FutexWait;

struct Thread {
  // entry.S knows the offsets of these
  Thread* self;
  uint64_t entry;                 ///< where stubs jump: weft_entry or weft_entry_native
  uint64_t runtime_stack;         ///< top
  std::atomic<uint32_t> pending;  ///< 1: `pending_signal` holds a signal
  uint32_t pad;
  trace::Registers registers;  ///< of the program, at its last entry into the runtime
  uint64_t hook;               ///< where hook stubs jump: weft_hook_record, ...

  uint32_t id;  ///< number in the trace
  uint32_t slot;
  int32_t tid;     ///< the kernel's, as the program sees it
  uint32_t alive;  ///< record: cleared by the kernel when the thread is really gone, or runs
                   ///< another program
  uint64_t clear_child_tid;  ///< the program's CLEARTID address, or 0
  uint64_t robust_list;
  uint64_t signal_mask;  ///< as the program set it
  uint64_t frame_mask;   ///< mask to restore after the next handler (sigsuspend)
  bool has_frame_mask;
  bool spins;      ///< did, when it was preempted last (stepping.h)
  bool preempted;  ///< stands at an arbitrary instruction (registers are complete)
  bool yields;     ///< was preempted at a place where its passes are counted (spin_places.h)
  bool exited;
  KernelStack signal_stack;  ///< the program's sigaltstack
  SignalInfo pending_signal;
  trace::SignalRecord fault;  ///< the fault that weft_entry_fault is about
  int32_t nudge_timer;        ///< record: -1, or a timer that preempts (signals.cc)

  // baton
  Thread* next_waiter;
  bool queued;                        ///< in the baton's queue
  bool spent;                         ///< queued because its slice was over
  bool in_kernel;                     ///< in a call while others may run, or just back from one:
                                      ///< its event is not written yet
  std::atomic<uint32_t> baton_futex;  ///< baton_queue.h: Wait
  std::atomic<bool> parked;           ///< sleeps until the baton is granted to it (baton_park)
  uint64_t baton_mark;                ///< word that enter_call left, 0 = none
  uint64_t entries;                   ///< calls made so far

  // private futexes (futex.cc)
  FutexWait* futex_waits;  ///< what it waits for (futex_queue.h)
  uint64_t futex_wait_count;

  // async layer (hooks.cc, fiber_hooks.cc)
  uint64_t current_task;  ///< 0: none
  uint64_t fiber_task;  ///< task of the program's fiber that runs on this thread; 0: its own stack
  uint64_t fiber_top;   ///< first address above that fiber's stack

  // baton, for the threads that wait
  uint64_t queued_at;                              ///< ticks
  uint32_t processor;                              ///< where it was when it last came to run
  std::atomic<uint32_t> nudges_sent, nudges_seen;  ///< signals that ask it to stop (waiting.cc)

  // the processors that it runs on while recording (gathering.h)
  uint64_t gathering;                                 ///< what it has followed last
  uint32_t gathered_at;                               ///< processor + 1; 0: on all of its own
  uint64_t own_processors[channel::kProcessorWords];  ///< a bit each, while it is gathered

  // record: spinning (spin_places.h)
  uint64_t counted_place;  ///< where it has entered the runtime from; 0: elsewhere
  uint64_t spin_entries;   ///< `entries`, when it handed over there last
  uint64_t spin_yields;    ///< how often it did, since that call

  // its process (processes.h, sharing_child.cc)
  Process* process;
  SignalTable* signals;
  uint64_t begin_words[2];  ///< where a child whose parent waits puts its number, or 0
  bool begins_with_pidfd;   ///< the first of them holds a descriptor, by the kernel

  uint64_t exec_memory,
      exec_memory_bytes;  ///< record: what its execve passes on (followed_exec.cc)
  bool is_followed;       ///< record: what it has executed is recorded

  // replay
  void* fiber;          ///< where to jump to go on with this thread
  uint8_t* extended;    ///< saved extended state while another fiber runs
  uint64_t program_ip;  ///< at a stop: registers.rip in the program's own text
};
static_assert(offsetof(Thread, self) == 0);
static_assert(offsetof(Thread, entry) == 8);
static_assert(offsetof(Thread, runtime_stack) == 16);
static_assert(offsetof(Thread, pending) == 24);
static_assert(offsetof(Thread, registers) == 32);
static_assert(offsetof(Thread, hook) == 192);
static_assert(sizeof(Thread) <= 4096);

/// The thread that executes this.
inline Thread* current() {
  Thread* thread;
  asm volatile("mov %%gs:0, %0" : "=r"(thread));
  return thread;
}

/// True in a forked child, which is not recorded.
inline bool is_native(const Thread* thread) {
  return thread->entry == address_of(&weft_entry_native);
}

/// A new Thread in a free slot, its memory mapped, zeroed but for the addresses. Aborts with a
/// message when kMaxSlots threads are alive.
Thread* allocate_thread();
/// The slot may be used again once the kernel thread is gone.
void release_thread(Thread* thread);

/// Thread by its number in the trace; nullptr if there was none, or it ended.
Thread* thread_by_id(uint32_t id);
/// Number of threads alive now.
inline uint32_t live_threads();
/// Calls `visit` for every thread alive.
template <class F>
void for_each_thread(F visit);

/// The table that these functions read: ids only grow.
struct ThreadTable {
  Thread** by_id;
  uint32_t next_id;
  uint32_t alive;
  uint32_t slots_used;         ///< slots ever mapped
  Thread* by_slot[kMaxSlots];  ///< nullptr: free
};
extern ThreadTable g_threads;

inline uint32_t live_threads() {
  return g_threads.alive;
}

template <class F>
void for_each_thread(F visit) {
  for (uint32_t slot = 0; slot < g_threads.slots_used; ++slot) {
    Thread* thread = g_threads.by_slot[slot];
    if (thread != nullptr && !thread->exited) visit(thread);
  }
}

inline uint64_t slot_address(uint32_t slot) {
  return layout::kRuntimeMemory + uint64_t{slot} * kSlotBytes;
}
inline uint64_t signal_stack_of(const Thread* thread) {
  return slot_address(thread->slot) + layout::kPage;
}

}  // namespace weft::runtime
