/// Signals while recording, from the kernel to the program:
///
/// 1. The kernel's handler for every signal that the program handles is `on_signal`, on the
///    runtime's own signal stack. It does not run the program's handler. It *stashes* the signal in
///    the Thread, at most one, and blocks all others until the program has seen it (the kernel
///    queues them meanwhile).
/// 2. This interrupts a call that blocks: weft_raw_interruptible.
/// 3. When the thread next enters or leaves the runtime, `deliver_pending` writes a kSignal event
///    and pushes the frame of the program's handler, as the kernel would have done. So a delivery
///    has a place in the total order, and replay makes the same frame at the same place.
/// 4. A thread that makes no call is nudged by a timer some milliseconds later: preemption
///    (preempt.cc) gives the delivery a place between two calls.
///
/// Faults are not stashed: they belong to the instruction, and happen again in replay by
/// themselves. The program's mask is the kernel's mask, less SIGSYS (Syscall User Dispatch kills a
/// process that blocks it) and the faults. Dispositions and masks that the program asks for are
/// kept in tables of weft's own.
#include "recorder/runtime/signals/signals.h"

#include <initializer_list>

#include "recorder/runtime/calls/kernel_clock.h"
#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/ground/extended_state.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/signal_words.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"
#include "recorder/runtime/log/log_reader.h"

namespace weft::runtime {

namespace {

using channel::kNudge;

/// Those that the runtime itself handles, whatever the program wants.
constexpr int kOurSignals[] = {kSigSys, kSigIll, kSigTrap, kSigBus, kSigFpe, kSigSegv};

/// The interrupted context goes on in the runtime, at `entry`, on the thread's runtime stack.
void redirect(SignalContext* context, Thread* thread, void (*entry)()) {
  registers_from(*context, &thread->registers);
  context->rip = address_of(entry);
  context->rsp = thread->runtime_stack;
  context->flags &= ~uint64_t{0x44500};  // TF, DF, NT, AC: as weft_entry does
}

/// Some milliseconds from now a nudge comes, and preempts a thread that has made no call by
/// then.
void arm_nudge(Thread* thread) {
  if (thread->nudge_timer < 0) {
    struct {
      uint64_t value;
      int32_t signal, notify, tid, pad[11];
    } event = {kNudge, channel::kOwnSignal, 4 /* SIGEV_THREAD_ID */, thread->tid, {}};
    int32_t id = -1;
    if (raw(__NR_timer_create, 1 /* CLOCK_MONOTONIC */, address_of(&event), address_of(&id)) != 0)
      return;
    thread->nudge_timer = id;
  }
  const int64_t spec[4] = {0, 5'000'000, 0, 5'000'000};
  raw(__NR_timer_settime, static_cast<uint64_t>(thread->nudge_timer), 0, address_of(spec), 0);
}

}  // namespace

bool in_runtime(uint64_t ip) {
  return (ip >= address_of(__executable_start) && ip < address_of(_end)) || is_kernels(ip);
}

void stash(const SignalInfo& info, UserContext* context, Thread* thread) {
  if (thread->pending.load(std::memory_order_relaxed) != 0) return;
  thread->pending_signal = info;
  thread->pending.store(1, std::memory_order_seq_cst);
  context->mask = ~kNeverBlocked;
  const uint64_t ip = context->context.rip;
  if (ip >= address_of(weft_interruptible_begin) && ip < address_of(weft_interruptible_end)) {
    context->context.rip = address_of(weft_raw_interrupted);
  } else if (!in_runtime(ip)) {
    arm_nudge(thread);
  }
}

void set_kernel_action(int signal, uint64_t handler, uint64_t flags) {
  const KernelSigaction action{handler, flags | kSaRestorer, address_of(&weft_restorer),
                               ~kNeverBlocked};
  raw(__NR_rt_sigaction, static_cast<uint64_t>(signal), address_of(&action), 0, 8);
}

void install_action(int signal) {
  if (!recording() || (kNeverBlocked & bit(signal)) != 0) return;
  const KernelSigaction& wanted = action_of(current(), signal);
  const uint64_t child_flags = wanted.flags & (kSaNoChildStop | kSaNoChildWait);
  if (is_handler(wanted.handler)) {
    set_kernel_action(signal, address_of(&weft_on_signal),
                      kSaSigInfo | kSaOnStack | kSaRestart | child_flags);
  } else {
    set_kernel_action(signal, wanted.handler, child_flags);
  }
}

void die_by(int signal) {
  set_kernel_action(signal, kDefault, 0);
  const uint64_t mask = ~bit(signal);
  raw(__NR_rt_sigprocmask, 2, address_of(&mask), 0, 8);
}

void disarm_nudge(const Thread* thread) {
  if (thread->nudge_timer < 0) return;
  const int64_t spec[4] = {};
  raw(__NR_timer_settime, static_cast<uint64_t>(thread->nudge_timer), 0, address_of(spec), 0);
}

void registers_from(const SignalContext& from, trace::Registers* to) {
  *to = {from.rax, from.rbx, from.rcx,
         from.rdx, from.rsi, from.rdi,
         from.rbp, from.rsp, from.r8,
         from.r9,  from.r10, from.r11,
         from.r12, from.r13, from.r14,
         from.r15, from.rip, from.flags & ~uint64_t{0x10000} /* RF is the CPU's */,
         0,        0};
}

void registers_to(const trace::Registers& from, SignalContext* to) {
  to->rax = from.rax, to->rbx = from.rbx, to->rcx = from.rcx, to->rdx = from.rdx;
  to->rsi = from.rsi, to->rdi = from.rdi, to->rbp = from.rbp, to->rsp = from.rsp;
  to->r8 = from.r8, to->r9 = from.r9, to->r10 = from.r10, to->r11 = from.r11;
  to->r12 = from.r12, to->r13 = from.r13, to->r14 = from.r14, to->r15 = from.r15;
  to->rip = from.rip, to->flags = from.rflags;
}

void enter_runtime(SignalContext* context, Thread* thread, void (*entry)()) {
  redirect(context, thread, entry);
}

void enter_preemption(SignalContext* context, Thread* thread) {
  redirect(context, thread, &weft_entry_preempt);
}

void read_inherited_signals(Thread* thread) {
  for (int signal = 1; signal <= kSignals; ++signal) {
    KernelSigaction action{};
    raw(__NR_rt_sigaction, static_cast<uint64_t>(signal), 0, address_of(&action), 8);
    action_of(thread, signal) = {action.handler == kIgnore ? kIgnore : kDefault, 0, 0, 0};
  }
  raw(__NR_rt_sigprocmask, 0, 0, address_of(&thread->signal_mask), 8);
}

void set_inherited_signals(Thread* thread, uint64_t mask, uint64_t ignored) {
  thread->signal_mask = mask;
  for (int signal = 1; signal <= kSignals; ++signal) {
    action_of(thread, signal) = {(ignored & bit(signal)) != 0 ? kIgnore : kDefault, 0, 0, 0};
  }
}

uint64_t ignored_signals() {
  uint64_t ignored = 0;
  for (int signal = 1; signal <= kSignals; ++signal) {
    if (action_of(current(), signal).handler == kIgnore) ignored |= bit(signal);
  }
  return ignored;
}

void block_all_signals() {
  const uint64_t mask = ~kNeverBlocked;
  raw(__NR_rt_sigprocmask, 2, address_of(&mask), 0, 8);
}

void block_all_for_clone() {
  const uint64_t mask = ~kNeverBlocked | bit(channel::kOwnSignal);
  raw(__NR_rt_sigprocmask, 2 /* SIG_SETMASK */, address_of(&mask), 0, 8);
}

void allow_own_signal() {
  const uint64_t mask = bit(channel::kOwnSignal);
  raw(__NR_rt_sigprocmask, 1 /* SIG_UNBLOCK */, address_of(&mask), 0, 8);
}

void install_handlers() {
  constexpr uint64_t kFlags = kSaSigInfo | kSaOnStack | kSaNoDefer;
  for (const int signal : kOurSignals) {
    set_kernel_action(signal, address_of(&weft_on_signal), kFlags);
  }
}

void bequeath_signals(const Thread* thread) {
  for (const int signal : kOurSignals) {
    if (action_of(thread, signal).handler == kIgnore) set_kernel_action(signal, kIgnore, 0);
  }
  raw(__NR_rt_sigprocmask, 2 /* SIG_SETMASK */, address_of(&thread->signal_mask), 0, 8);
}

void keep_signals(const Thread* thread) {
  const uint64_t mask = kernel_mask(thread->signal_mask);
  raw(__NR_rt_sigprocmask, 2 /* SIG_SETMASK */, address_of(&mask), 0, 8);
  install_handlers();
}

void use_signal_stack(const Thread* thread) {
  const KernelStack stack{signal_stack_of(thread), 0, 0, kSignalStackBytes};
  raw(__NR_sigaltstack, address_of(&stack), 0);
}

long arm_dispatch() {
  const uint64_t begin = address_of(__executable_start);
  return raw(__NR_prctl, 59 /* PR_SET_SYSCALL_USER_DISPATCH */, 1, begin, address_of(_end) - begin,
             0);
}

void restore_native_signals(const Thread* thread) {
  for (int signal = 1; signal <= kSignals; ++signal) {
    if (signal == kSigKill || signal == kSigStop) continue;
    const KernelSigaction& action = action_of(thread, signal);
    if (is_handler(action.handler) || (kNeverBlocked & bit(signal)) != 0) {
      raw(__NR_rt_sigaction, static_cast<uint64_t>(signal), address_of(&action), 0, 8);
    }
  }
  KernelStack stack = thread->signal_stack;
  raw(__NR_sigaltstack, address_of(&stack), 0);
  raw(__NR_rt_sigprocmask, 2, address_of(&thread->signal_mask), 0, 8);
}

void reset_handlers_for_exec() {
  for (int signal = 1; signal <= kSignals; ++signal) {
    KernelSigaction& action = action_of(current(), signal);
    action = {is_handler(action.handler) ? kDefault : action.handler, 0, 0, 0};
    if (signal != kSigKill && signal != kSigStop) install_action(signal);
  }
}

uint64_t kernel_mask(uint64_t program_mask) {
  return program_mask & ~kNeverBlocked;
}

void apply_mask(uint64_t mask) {
  if (!recording() || current()->pending.load(std::memory_order_relaxed) != 0) return;
  const uint64_t wanted = kernel_mask(mask);
  raw(__NR_rt_sigprocmask, 2 /* SIG_SETMASK */, address_of(&wanted), 0, 8);
}

bool pending_restarts(const Thread* thread) {
  if (thread->pending.load(std::memory_order_relaxed) == 0) return true;
  return (action_of(thread, thread->pending_signal.signo).flags & kSaRestart) != 0;
}

}  // namespace weft::runtime
