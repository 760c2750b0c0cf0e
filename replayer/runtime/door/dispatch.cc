/// Every system call of the program comes through weft_on_call.
#include "recorder/runtime/calls/call.h"
#include "recorder/runtime/calls/descriptors.h"
#include "recorder/runtime/calls/kernel_clock.h"
#include "recorder/runtime/calls/seccomp.h"
#include "recorder/runtime/calls/self_paths.h"
#include "recorder/runtime/calls/socket_options.h"
#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/futexes/futex.h"
#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/log_reader.h"
#include "recorder/runtime/memory/file_changes.h"
#include "recorder/runtime/memory/map_calls.h"
#include "recorder/runtime/preempt/periodic_state.h"
#include "recorder/runtime/process/affinity.h"
#include "recorder/runtime/process/exec.h"
#include "recorder/runtime/process/process.h"
#include "recorder/runtime/process/sharing_child.h"
#include "recorder/runtime/process/threads.h"
#include "recorder/runtime/process/tracing.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/sites/generated_code.h"
#include "recorder/runtime/turns/baton.h"
#include "recorder/runtime/turns/log_turns.h"
#include "replayer/runtime/audit/audit.h"
#include "replayer/runtime/recorded_call.h"

namespace weft::runtime {

namespace {

using Handler = long (*)(Call&);

struct HandlerRow {
  uint16_t number;
  Handler handler;
};

/// The structural calls; each handler has both halves.
constexpr HandlerRow kHandlers[] = {
    {__NR_mmap, on_mmap},
    {__NR_munmap, on_munmap},
    {__NR_mprotect, on_mprotect},
    {__NR_pkey_mprotect, on_mprotect},
    {__NR_mremap, on_mremap},
    {__NR_brk, on_brk},
    {__NR_madvise, on_madvise},
    {__NR_remap_file_pages, on_remap_file_pages},
    {__NR_clone, on_clone},
    {__NR_fork, on_fork},
    {__NR_vfork, on_fork},
    {__NR_execve, on_execve},
    {__NR_execveat, on_execve},
    {__NR_exit, on_exit},
    {__NR_exit_group, on_exit_group},
    {__NR_set_tid_address, on_set_tid_address},
    {__NR_set_robust_list, on_set_robust_list},
    {__NR_get_robust_list, on_get_robust_list},
    {__NR_futex, on_futex},
    {449 /* futex_waitv */, on_futex_waitv},
    {454 /* futex_wake */, on_futex_wake},
    {455 /* futex_wait */, on_futex_wait},
    {456 /* futex_requeue */, on_futex_requeue},
    {__NR_arch_prctl, on_arch_prctl},
    {__NR_prctl, on_prctl},
    {__NR_modify_ldt, on_modify_ldt},
    {__NR_ptrace, on_ptrace},
    {__NR_rt_sigaction, on_rt_sigaction},
    {__NR_rt_sigprocmask, on_rt_sigprocmask},
    {__NR_rt_sigreturn, on_rt_sigreturn},
    {__NR_sigaltstack, on_sigaltstack},
    {__NR_rt_sigsuspend, on_rt_sigsuspend},
    {__NR_ppoll, on_masked_wait},
    {__NR_pselect6, on_masked_wait},
    {__NR_epoll_pwait, on_masked_wait},
    {441 /* epoll_pwait2 */, on_masked_wait},
    {__NR_close, on_descriptor_change},
    {436 /* close_range */, on_descriptor_change},
    {__NR_dup2, on_descriptor_change},
    {__NR_dup3, on_descriptor_change},
    {__NR_fcntl, on_nature_change},
    {__NR_ioctl, on_ioctl},
    {__NR_setsockopt, on_setsockopt},
    {__NR_write, on_file_write},
    {__NR_pwrite64, on_file_write},
    {__NR_writev, on_file_write},
    {__NR_pwritev, on_file_write},
    {__NR_pwritev2, on_file_write},
    {__NR_ftruncate, on_file_write},
    {__NR_fallocate, on_file_write},
    {__NR_sendfile, on_file_write},
    {__NR_copy_file_range, on_file_write},
    {__NR_shmat, on_shmat},
    {__NR_shmdt, on_shmdt},
    {__NR_process_vm_writev, on_process_vm_writev},
    {__NR_seccomp, on_seccomp},
    {__NR_sched_setaffinity, on_affinity},
    {__NR_sched_getaffinity, on_affinity},
    {__NR_readlink, on_readlink},
    {__NR_readlinkat, on_readlink},
    {__NR_open, on_path_call},
    {__NR_openat, on_path_call},
    {__NR_creat, on_path_call},
    {__NR_truncate, on_path_call},
    {__NR_stat, on_path_call},
    {__NR_newfstatat, on_path_call},
    {__NR_statx, on_path_call},
    {__NR_access, on_path_call},
    {__NR_faccessat, on_path_call},
};

constexpr uint32_t kNumbers = 512;

struct HandlerTable {
  Handler by_number[kNumbers] = {};
  constexpr HandlerTable() {
    for (const HandlerRow& row : kHandlers) by_number[row.number] = row.handler;
  }
};
constexpr HandlerTable kHandlerTable;

/// Handlers stand against the calls whose policy asks for one, and against no others.
constexpr bool handlers_fit() {
  for (const syscall::Row& row : syscall::kRows) {
    if (syscall::has_handler(row.number) != (kHandlerTable.by_number[row.number] != nullptr))
      return false;
  }
  return true;
}
static_assert(handlers_fit());

/// The answer is the recording's: which one a call is refused with may change with versions.
long answer_without_kernel(Call& call, long error) {
  if (!recording()) return replay_call(call);
  log_call(call, error, nullptr);
  return error;
}

long refuse(Call& call) {
  if (recording()) {
    char buffer[128];
    write_unusual(call.thread,
                  Text(buffer, sizeof buffer).add("refused: ").add(call.row->name).c_str());
  }
  return answer_without_kernel(call, syscall::refusal_of(call.number));
}

constexpr syscall::Row kUnknownRow{
    0, "unknown", syscall::Policy::kUnknown, syscall::Block::kNever, {}};
constexpr syscall::Plan kUnknownPlan{};

}  // namespace

void read_call(Thread* thread, Call* call) {
  const trace::Registers& registers = thread->registers;
  call->thread = thread;
  call->number = static_cast<uint16_t>(registers.rax);
  call->args[0] = registers.rdi;
  call->args[1] = registers.rsi;
  call->args[2] = registers.rdx;
  call->args[3] = registers.r10;
  call->args[4] = registers.r8;
  call->args[5] = registers.r9;
  call->site = original_ip(registers.rip);
  call->entry_time = 0;
  call->capacity = 0;
  const syscall::Row* row =
      static_cast<uint32_t>(registers.rax) < kNumbers ? syscall::find(call->number) : nullptr;
  call->row = row != nullptr ? row : &kUnknownRow;
  call->specs = call->row->args;
  call->plan = row != nullptr ? &syscall::plan_of(*row) : &kUnknownPlan;
  call->block = call->row->block;
  call->policy = call->row->policy;
  if (const syscall::Variant* variant = syscall::find_variant(call->number, call->args)) {
    call->specs = variant->args;
    call->plan = &syscall::plan_of(*variant);
    call->block = variant->block;
    call->policy = variant->policy;
  }
  call->arity = call->plan->arity;
}

void finish_call(Thread* thread) {
  if (recording()) {
    if (thread->pending.load(std::memory_order_relaxed) != 0)
      deliver_pending(thread, DeliverAt::kElsewhere);
    finish_wait_mask(thread);
    return;
  }
  if (!call_is_next()) deliver_recorded(thread, DeliverAt::kElsewhere);
  finish_wait_mask(thread);
  go_on(thread);
}

namespace {

long handle(Call& call) {
  switch (call.policy) {
    case syscall::Policy::kRecord:
      return perform(call);
    case syscall::Policy::kNoSys:
    case syscall::Policy::kUnknown:
      return answer_without_kernel(call, -kENOSYS);
    case syscall::Policy::kWrapped:
    case syscall::Policy::kHandler:
      return kHandlerTable.by_number[call.number](call);
    case syscall::Policy::kRefuse:
      return refuse(call);
  }
  return -kENOSYS;
}

/// An interrupted call that did nothing yet. True if the thread goes on elsewhere (in a handler).
bool finish_interrupted(Call& call, long* result) {
  Thread* thread = call.thread;
  if (thread->pending.load() != 0 && !pending_restarts(thread)) {
    *result = -kEINTR;
    log_call(call, *result, nullptr);
    return false;
  }
  return deliver_pending(thread, DeliverAt::kEntry);
}

}  // namespace

extern "C" void weft_on_call(Thread* thread) {
  ++thread->entries;
  if constexpr (kAsserting) audit(thread);
  if (code_writes_are_watched()) free_code_for_call(thread);
  if (recording()) {
    if (thread->pending.load(std::memory_order_relaxed) != 0 &&
        deliver_pending(thread, DeliverAt::kEntry))
      return;
    if (live_threads() > 1 || thread->gathered_at != 0) baton_end_slice(thread);
    if (memory_is_asked_for()) [[unlikely]]
      record_memory(thread);
    if (threads_in_children() != 0) bury_children(thread);
    if (answer_clock_read(thread)) return finish_call(thread);
  } else if (replay_clock_read(thread)) {
    return finish_call(thread);
  } else if (ready_call(thread) == nullptr && deliver_recorded(thread, DeliverAt::kEntry)) {
    return go_on(thread);
  }
  Call call;
  read_call(thread, &call);
  long result = handle(call);
  if (is_native(thread)) return;
  while (result == kRestart) {
    if (finish_interrupted(call, &result)) return;
    if (result == kRestart) result = handle(call);
  }
  if (result == -kEINTR) begin_wait_mask(call);
  if (result != kLeaveAsIs) {
    thread->registers.rax = static_cast<uint64_t>(result);
    thread->registers.rcx = call.site;
  }
  finish_call(thread);
}

}  // namespace weft::runtime
