/// Children. With --follow, one that has memory of its own is recorded (forked_child.h). Without it,
/// or where that is not possible, it runs natively beside the recording:
///
/// A forked child inherits the patched call sites. Its Thread block's `entry` is switched to
/// weft_entry_native, which makes the plain system call; Syscall User Dispatch is off in a child
/// anyway. It gives itself the program's signal handlers and unmaps the ring: it can never touch
/// the log.
///
/// A child that begins in the program's memory is recorded as long as it is there: sharing_child.h.
#include "recorder/runtime/process/process.h"

#include <linux/sched.h>
#include <sys/mman.h>

#include "recorder/runtime/calls/descriptors.h"
#include "recorder/runtime/calls/seccomp.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/image/first_processor.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/mapped/memory_map.h"
#include "recorder/runtime/mapped/shared_watch.h"
#include "recorder/runtime/preempt/spin_places.h"
#include "recorder/runtime/preempt/written_pages.h"
#include "recorder/runtime/process/forked_child.h"
#include "recorder/runtime/process/sharing_child.h"
#include "recorder/runtime/process/threads.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/sites/child_paths.h"
#include "recorder/runtime/sites/generated_code.h"
#include "recorder/runtime/sites/question_sites.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/gathering.h"
#include "recorder/runtime/turns/log_turns.h"
#include "weft/trace/notes.h"

namespace weft::runtime {

namespace {

constexpr int kSigChild = 17;

/// Runs in the child: from now on this is an ordinary process.
void become_native(Thread* thread) {
  thread->entry = address_of(&weft_entry_native);
  thread->hook = address_of(&weft_hook_native);
  release_generated_code();
  // All look at text that may be gone: as long as faults are weft's.
  restore_questions();
  restore_spin_places(0, UINT64_MAX);
  patch_path_sites();
  restore_native_signals(thread);
  raw(__NR_munmap, layout::kChannelAddress, channel::kHeaderBytes + 2 * channel::kRingBytes);
}

/// A child with memory of its own.
long fork_natively(Call& call, const CloneRequest& request) {
  Thread* thread = call.thread;
  thread->registers.fs_base = fs_base();
  const long pid =
      raw(__NR_clone, request.flags, 0, request.parent_tid, request.child_tid, request.tls);
  if (pid != 0) return pid;
  become_native(thread);
  if ((request.flags & CLONE_FILES) == 0) WrittenPages::leave();
  if (request.stack != 0) thread->registers.rsp = request.stack;
  thread->registers.rax = 0;
  return kLeaveAsIs;
}

/// A child with memory of its own.
long make_process(Call& call, const CloneRequest& request) {
  watch_shared();
  if (!recording()) {
    fork_from_log(call, request);
    return replay_call(call);
  }
  int slot = 0;
  if (can_follow(call, request, &slot)) return fork_followed(call, request, slot);
  if ((request.flags & CLONE_FILES) != 0) distrust_descriptors();
  leave_gathering(call.thread);
  block_all_signals();
  const long pid = fork_natively(call, request);
  if (is_native(current())) return kLeaveAsIs;
  apply_mask(call.thread->signal_mask);
  static OutputList outputs;
  outputs.clear();
  if (!is_error(pid)) {
    write_unusual(call.thread, trace::kChildNotRecorded);
    if ((request.flags & (CLONE_PARENT_SETTID | CLONE_PIDFD)) != 0)
      outputs.add(trace::kAbsolute, request.parent_tid, 4);
  }
  log_call(call, pid, &outputs);
  return pid;
}

}  // namespace

/// A leak check (LeakSanitizer's, at exit) stops the program's threads with ptrace: their registers
/// are not where it looks for them, and the program polls memory until it is over.
long refuse_tracer(Call& call) {
  if (recording()) {
    write_unusual(call.thread,
                  "refused: clone of a tracer (a leak check? ASAN_OPTIONS=detect_leaks=0 or "
                  "LSAN_OPTIONS=detect_leaks=0 switches it off)");
  }
  return agree(call, -kEPERM);
}

long on_clone(Call& call) {
  const uint64_t flags = call.args[0];
  const CloneRequest request{flags, call.args[1], call.args[2], call.args[3], call.args[4]};
  long refusal = 0;
  if (recording() && filter_answers(call, &refusal)) {
    log_call(call, refusal, nullptr);
    return refusal;
  }
  if ((flags & CLONE_THREAD) != 0) return create_thread(call, request);
  if ((flags & (CLONE_VM | CLONE_VFORK | CLONE_UNTRACED)) == (CLONE_VM | CLONE_UNTRACED))
    return refuse_tracer(call);
  return (flags & CLONE_VM) != 0 ? make_sharing_child(call, request) : make_process(call, request);
}

long on_fork(Call& call) {
  if (call.number == __NR_fork) return make_process(call, {kSigChild, 0, 0, 0, 0});
  return make_sharing_child(call, {CLONE_VM | CLONE_VFORK | kSigChild, 0, 0, 0, 0});
}

long on_exit_group(Call& call) {
  if (is_in_child(call.thread)) return end_thread(call);
  const auto status = static_cast<int32_t>(call.args[0]);
  if (recording()) {
    EventWriter(trace::EventKind::kExit, call.thread).commit(status);
    let_children_go(call.thread);
    for (;;) raw(__NR_exit_group, call.args[0]);
  }
  const trace::EventHeader* event = await_turn(call.thread);
  if (event->kind != static_cast<uint8_t>(trace::EventKind::kExit)) {
    report_divergence(call, "the program ended where it did not in the recording");
  }
  if (event->result != status) report_divergence(call, "the program ended with another status");
  consume_event();
  end_of_recording();
}

long on_arch_prctl(Call& call) {
  constexpr uint64_t kSetGs = 0x1001, kSetFs = 0x1002, kGetFs = 0x1003, kGetGs = 0x1004;
  const uint64_t address = call.args[1];
  uint64_t value = 0;
  switch (call.args[0]) {
    case kSetFs:
      set_fs_base(address);
      if (!recording()) release_processor();
      return agree(call, 0);
    case kGetFs:
      value = fs_base();
      [[fallthrough]];
    case kGetGs:
      return agree(call, weft_copy_guarded(pointer_to<void>(address), &value, 8));
    case kSetGs:  // gs is weft's
      if (recording())
        write_unusual(call.thread, "the program wanted to use the gs segment: refused");
      return agree(call, -kEPERM);
    case 0x1021:  // ARCH_GET_XCOMP_SUPP, _PERM, ARCH_REQ_XCOMP_PERM and the guest's twins
    case 0x1022:
    case 0x1023:
      if (!recording() && call.args[0] == 0x1023) raw(call.number, call.args[0], address);
      return perform(call);
    default:  // shadow stacks, CPUID faulting, ...: as on a machine that has none
      return agree(call, -kEINVAL);
  }
}

/// The processor looks at the segments that it describes: they are there in replay too.
long on_modify_ldt(Call& call) {
  if (recording()) return perform(call);
  const long recorded = replay_call(call);
  if (recorded == 0) raw(__NR_modify_ldt, call.args[0], call.args[1], call.args[2]);
  return recorded;
}

/// PR_SET_MM changes what the kernel tells of the process; one option asks.
long on_set_mm(Call& call) {
  constexpr uint64_t kMapSize = 15;
  if (!recording()) return replay_call(call);
  const long result = enter_kernel(call);
  static OutputList outputs;
  outputs.clear();
  if (call.args[1] == kMapSize && result >= 0) outputs.add(2, call.args[2], 4);
  log_call(call, result, &outputs);
  return result;
}

long on_prctl(Call& call) {
  constexpr uint64_t kSetSeccomp = 22, kSetMm = 35, kGetTidAddress = 40;
  switch (static_cast<uint32_t>(call.args[0])) {
    case kSetSeccomp:
      return on_prctl_seccomp(call);
    case kSetMm:
      return on_set_mm(call);
    case kGetTidAddress:  // the kernel knows a word of weft's (threads.h)
      return agree(call, weft_copy_guarded(pointer_to<void>(call.args[1]),
                                           &call.thread->clear_child_tid, 8));
    default:
      return perform(call);
  }
}

}  // namespace weft::runtime
