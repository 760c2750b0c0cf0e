/// Children are not recorded: they run natively beside the recording.
///
/// A forked child inherits the patched call sites. Its Thread block's `entry` is switched to
/// weft_entry_native, which makes the plain system call; Syscall User Dispatch is off in a child
/// anyway. It gives itself the program's signal handlers and unmaps the ring: it can never touch
/// the log.
///
/// A vfork child (and posix_spawn's) shares the parent's memory, while the parent's thread is
/// suspended. It runs with a Thread block and a runtime stack of its own. What it writes into
/// memory that matters (the parent's stack near rsp, errno in its thread-local storage, data pages
/// of the images) becomes the effects of the call. With other threads running meanwhile, theirs and
/// the child's writes to data pages cannot be told apart, so these are left out then.
#include "recorder/runtime/process/process.h"

#include <linux/sched.h>
#include <sys/mman.h>

#include "recorder/runtime/calls/descriptors.h"
#include "recorder/runtime/calls/seccomp.h"
#include "recorder/runtime/calls/shared_watch.h"
#include "recorder/runtime/ground/nudge.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/sharing_children.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/memory/memory_map.h"
#include "recorder/runtime/process/first_processor.h"
#include "recorder/runtime/process/threads.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/sites/generated_code.h"
#include "recorder/runtime/sites/question_sites.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/log_turns.h"

namespace weft::runtime {

namespace {

constexpr int kSigChild = 17;
constexpr uint64_t kStackWindow = 16 * 1024, kThreadLocalWindow = 4096;

struct CloneRequest {
  uint64_t flags, stack, parent_tid, child_tid, tls;
};

/// Runs in the child: from now on this is an ordinary process.
void become_native(Thread* thread) {
  thread->entry = address_of(&weft_entry_native);
  thread->hook = address_of(&weft_hook_native);
  release_generated_code();
  restore_questions();  // looks at text that may be gone: as long as faults are weft's
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
  if (request.stack != 0) thread->registers.rsp = request.stack;
  thread->registers.rax = 0;
  return kLeaveAsIs;
}

long share_natively(Call& call, const CloneRequest& request) {
  SharingChild* child = take_sharing_child();
  if (child == nullptr) return -kEAGAIN;
  const Thread* parent = call.thread;
  Thread* thread = &child->thread;
  thread->pending.store(0);
  thread->self = thread;
  thread->entry = address_of(&weft_entry_native);
  thread->hook = address_of(&weft_hook_native);
  thread->runtime_stack = address_of(child->stack) + sizeof child->stack;
  thread->registers = parent->registers;
  thread->registers.rax = 0;
  if (request.stack != 0) thread->registers.rsp = request.stack;
  thread->signal_mask = parent->signal_mask;
  thread->signal_stack = parent->signal_stack;
  const uint64_t sp = thread->runtime_stack - 16;
  *pointer_to<Thread*>(sp) = thread;
  const bool beside = (request.flags & CLONE_VFORK) == 0;
  if (beside) {
    watch_all_memory();
    release_generated_code();
  }
  call.block = syscall::Block::kLikely;
  baton_enter_call(call.thread);
  baton_offer(call.thread);
  // Not CLONE_SIGHAND: the child takes handlers of the program's own, the program keeps weft's.
  const long pid = weft_raw_clone(request.flags & ~uint64_t{CLONE_SIGHAND}, sp, request.parent_tid,
                                  request.child_tid, request.tls);
  baton_leave_call(call.thread);
  // Without CLONE_VFORK the child is still running on this block: it stays taken.
  if (!beside || is_error(pid)) child->used.store(0);
  if (beside && !is_error(pid)) {
    child->pid = static_cast<int32_t>(pid);
    note_child_in_memory();
    all_memory_is_shared_with(static_cast<int32_t>(pid));
    write_unusual(call.thread,
                  "a child shares all memory: what it writes is recorded at the program's calls");
  }
  return pid;
}

/// Adds what is readable of [begin, end), page by page.
void add_window(OutputList* outputs, uint64_t begin, uint64_t end) {
  while (begin < end) {
    const uint64_t page_end = (begin & ~(layout::kPage - 1)) + layout::kPage;
    const uint64_t bytes = (page_end < end ? page_end : end) - begin;
    if (weft_crc_guarded(0, pointer_to<void>(begin), bytes) >= 0)
      outputs->add(trace::kAbsolute, begin, bytes);
    begin += bytes;
  }
}

/// Checksums of the images' data pages before a child that shares them runs.
class DataPages {
 public:
  void remember() {
    count_ = 0;
    visit([this](uint64_t, uint32_t sum) { sums_[count_++] = sum; });
  }
  void add_changed(OutputList* outputs) {
    int at = 0;
    const int known = count_;
    visit([&](uint64_t page, uint32_t sum) {
      if (at < known && sums_[at] != sum) outputs->add(trace::kAbsolute, page, layout::kPage);
      ++at;
    });
  }

 private:
  static constexpr int kMostPages = 4096;

  template <class F>
  void visit(F each) {
    DataRange range;
    int pages = 0;
    for (int i = 0; image_data(i, &range); ++i) {
      for (uint64_t page = range.begin; page < range.end && pages < kMostPages;
           page += layout::kPage, ++pages) {
        each(page,
             static_cast<uint32_t>(weft_crc_guarded(0, pointer_to<void>(page), layout::kPage)));
      }
    }
  }

  int count_ = 0;
  uint32_t sums_[kMostPages];
};
DataPages g_data_pages;  // used by the thread that makes the child, before and after

long make_process(Call& call, const CloneRequest& request) {
  if (!recording()) return replay_call(call);
  Thread* thread = call.thread;
  const bool shares = (request.flags & CLONE_VM) != 0;
  if ((request.flags & CLONE_FILES) != 0) distrust_descriptors();
  block_all_signals();
  if (shares) g_data_pages.remember();
  if (!shares) watch_children();
  const long pid = shares ? share_natively(call, request) : fork_natively(call, request);
  if (is_native(current())) return kLeaveAsIs;
  apply_mask(thread->signal_mask);
  static OutputList outputs;
  outputs.clear();
  if (!is_error(pid)) {
    if ((request.flags & (CLONE_PARENT_SETTID | CLONE_PIDFD)) != 0)
      outputs.add(trace::kAbsolute, request.parent_tid, 4);
    if (shares) {
      const uint64_t sp = thread->registers.rsp;
      add_window(&outputs, sp - 1024, sp + kStackWindow);
      add_window(&outputs, fs_base() - kThreadLocalWindow, fs_base() + 1024);
      if (live_threads() == 1) g_data_pages.add_changed(&outputs);
    }
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
  if ((flags & CLONE_THREAD) != 0) return create_thread(call);
  if ((flags & (CLONE_VM | CLONE_VFORK | CLONE_UNTRACED)) == (CLONE_VM | CLONE_UNTRACED))
    return refuse_tracer(call);
  return make_process(call, {flags, call.args[1], call.args[2], call.args[3], call.args[4]});
}

long on_fork(Call& call) {
  const uint64_t flags = call.number == __NR_vfork ? CLONE_VM | CLONE_VFORK | kSigChild : kSigChild;
  return make_process(call, {flags, 0, 0, 0, 0});
}

long on_exit_group(Call& call) {
  const auto status = static_cast<int32_t>(call.args[0]);
  if (recording()) {
    EventWriter(trace::EventKind::kExit, call.thread).commit(status);
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

long on_prctl(Call& call) {
  constexpr uint64_t kSetSeccomp = 22, kSetTsc = 26, kGetTidAddress = 40, kSyscallUserDispatch = 59;
  if (call.args[0] == kSyscallUserDispatch || call.args[0] == kSetTsc) {
    if (recording()) write_unusual(call.thread, "prctl option that weft uses itself: refused");
    return agree(call, -kEINVAL);
  }
  if (call.args[0] == kSetSeccomp) return on_prctl_seccomp(call);
  if (call.args[0] == kGetTidAddress) {  // the kernel knows a word of weft's (threads.h)
    return agree(
        call, weft_copy_guarded(pointer_to<void>(call.args[1]), &call.thread->clear_child_tid, 8));
  }
  return perform(call);
}

}  // namespace weft::runtime
