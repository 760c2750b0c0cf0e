/// A checkpoint is fork(): all threads of the program are fibers of one kernel thread, so the copy
/// is the whole program, and its memory costs nothing until it is written to. What fork does not
/// copy, or should not have kept, is corrected here, in the copy:
///
///   channel                  the original's, mapped shared: its own slot takes the place
///   MAP_SHARED memory        shared with the original: copied (own_file.h)
///   /proc/self/mem           an open one is the original's memory: closed
///   Syscall User Dispatch    off after fork: armed
///   timers                   not inherited: forgotten (stop.cc), so that they are made again
///   death of the replayer    fork clears PR_SET_PDEATHSIG: set again. It is about the parent, and
///                            that is the replayer: CLONE_PARENT makes the copy a sibling
///   registers of the kernel thread (gs, fs, vectors), signal handlers, signal stack: inherited
#include "replayer/runtime/checkpoint.h"

#include <linux/futex.h>
#include <linux/sched.h>

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/mapped/emulated_files.h"
#include "recorder/runtime/signals/signals.h"

namespace weft::runtime {

namespace {

constexpr int kSigKill = 9, kSigChild = 17;

void die_with_replayer() {
  constexpr uint64_t kSetParentDeathSignal = 1;
  raw(__NR_prctl, kSetParentDeathSignal, kSigKill);
  // It may have died before the line above.
  if (raw(__NR_getppid) != replay_channel()->controller) raw(__NR_exit_group, 1);
}

}  // namespace

void allow_debugger() {
  constexpr uint64_t kSetTracer = 0x59616d61;  // PR_SET_PTRACER; EINVAL without Yama
  raw(__NR_prctl, kSetTracer, static_cast<uint64_t>(replay_channel()->controller));
}

bool fork_checkpoint() {
  channel::ReplayChannel* channel = replay_channel();
  const uint32_t slot = channel->fork_slot.load(std::memory_order_acquire);
  share_emulated_files();
  const long pid = raw(__NR_clone, CLONE_PARENT | kSigChild);
  if (pid != 0) {
    channel->fork_result.store(pid, std::memory_order_release);
    channel->state_futex.fetch_add(1, std::memory_order_release);
    raw(__NR_futex, address_of(&channel->state_futex), FUTEX_WAKE, INT32_MAX);
    return false;
  }
  if (!map_channel_slot(slot)) raw(__NR_exit_group, 1);
  die_with_replayer();
  allow_debugger();
  check(arm_dispatch() == 0, "Syscall User Dispatch failed in a checkpoint");
  forget_memory_file();
  own_emulated_files();
  return true;
}

}  // namespace weft::runtime
