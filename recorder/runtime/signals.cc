/// Signals while recording, from the kernel to the program:
///
/// 1. The kernel's handler for every signal that the program handles is `on_signal`, on the runtime's own
///    signal stack. It does not run the program's handler: it *stashes* the signal in the Thread, at most
///    one, and blocks all others until the program has seen it (the kernel queues them meanwhile).
/// 2. A call that blocks is interrupted by that: weft_raw_interruptible.
/// 3. At the thread's next entry or leave of the runtime `deliver_pending` writes a kSignal event and
///    pushes the frame of the program's handler, as the kernel would have. So a delivery has a place in
///    the total order, and replay makes the same frame at the same place.
/// 4. A thread that makes no call is nudged by a timer some milliseconds later: preemption (preempt.cc)
///    gives the delivery a place between two calls.
///
/// Faults are not stashed: they belong to the instruction, and happen again in replay by themselves.
/// The program's mask is the kernel's mask, less SIGSYS (Syscall User Dispatch kills a process that blocks
/// it) and the faults. Dispositions and masks that the program asks for are kept in tables of weft's own.
#include "recorder/runtime/signals.h"

#include "recorder/runtime/event_writer.h"
#include "recorder/runtime/exec.h"
#include "recorder/runtime/extended_state.h"
#include "recorder/runtime/patch.h"
#include "recorder/runtime/preempt.h"
#include "recorder/runtime/report.h"
#include "recorder/runtime/state.h"
#include "replayer/runtime/log_reader.h"
#include "replayer/runtime/replay.h"

namespace weft::runtime {

SignalTable g_signals;

namespace {

constexpr int kSigIll = 4, kSigTrap = 5, kSigBus = 7, kSigFpe = 8, kSigKill = 9, kSigSegv = 11,
              kSigStop = 19, kSigSys = 31;
constexpr uint64_t kSaNoChildStop = 1, kSaNoChildWait = 2, kSaSigInfo = 4, kSaOnStack = 0x08000000,
                   kSaRestart = 0x10000000, kSaNoDefer = 0x40000000, kSaResetHand = 0x80000000,
                   kSaRestorer = 0x04000000;
constexpr int kDispatch = 2, kSeccomp = 1, kQueue = -1, kTimer = -2;  // si_code of SIGSYS
constexpr uint64_t kNudge = 0x77656674'6e756467;  // si_value of weft's own
constexpr uint64_t kDefault = 0, kIgnore = 1;
constexpr int32_t kStackDisabled = 2, kStackAutoDisarm = static_cast<int32_t>(1u << 31);

constexpr uint64_t bit(int signal) { return uint64_t{1} << (signal - 1); }
constexpr uint64_t kFaults = bit(kSigIll) | bit(kSigTrap) | bit(kSigBus) | bit(kSigFpe) | bit(kSigSegv);
constexpr uint64_t kNeverBlocked = kFaults | bit(kSigSys);
constexpr uint64_t kUnblockable = bit(kSigKill) | bit(kSigStop);

struct FloatingPointNote {  // struct _fpx_sw_bytes, at byte 464 of the fpstate
  uint32_t magic;
  uint32_t bytes_with_magic;
  uint64_t features;
  uint32_t bytes;
  uint32_t zero[7];
};
struct SignalFrame {  // struct rt_sigframe
  uint64_t restorer;
  UserContext context;
  SignalInfo info;
};
static_assert(sizeof(SignalFrame) == 440);

bool in_runtime(uint64_t ip) {
  return ip >= address_of(__executable_start) && ip < address_of(_end);
}
bool is_handler(uint64_t handler) { return handler != kDefault && handler != kIgnore; }

void registers_to(const trace::Registers& from, SignalContext* to) {
  to->rax = from.rax, to->rbx = from.rbx, to->rcx = from.rcx, to->rdx = from.rdx;
  to->rsi = from.rsi, to->rdi = from.rdi, to->rbp = from.rbp, to->rsp = from.rsp;
  to->r8 = from.r8, to->r9 = from.r9, to->r10 = from.r10, to->r11 = from.r11;
  to->r12 = from.r12, to->r13 = from.r13, to->r14 = from.r14, to->r15 = from.r15;
  to->rip = from.rip, to->flags = from.rflags;
}

/// The interrupted context goes on in the runtime, at `entry`, on the thread's runtime stack.
void redirect(SignalContext* context, Thread* thread, void (*entry)()) {
  registers_from(*context, &thread->registers);
  context->rip = address_of(entry);
  context->rsp = thread->runtime_stack;
  context->flags &= ~uint64_t{0x500};  // TF, DF
}

/// Some milliseconds from now SIGSYS comes again, and preempts a thread that has made no call by then.
void arm_nudge(Thread* thread) {
  if (thread->nudge_timer < 0) {
    struct {
      uint64_t value;
      int32_t signal, notify, tid, pad[11];
    } event = {kNudge, kSigSys, 4 /* SIGEV_THREAD_ID */, thread->tid, {}};
    int32_t id = -1;
    if (raw(__NR_timer_create, 1 /* CLOCK_MONOTONIC */, address_of(&event), address_of(&id)) != 0) return;
    thread->nudge_timer = id;
  }
  const int64_t spec[4] = {0, 5'000'000, 0, 5'000'000};
  raw(__NR_timer_settime, static_cast<uint64_t>(thread->nudge_timer), 0, address_of(spec), 0);
}

void disarm_nudge(const Thread* thread) {
  if (thread->nudge_timer < 0) return;
  const int64_t spec[4] = {};
  raw(__NR_timer_settime, static_cast<uint64_t>(thread->nudge_timer), 0, address_of(spec), 0);
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

extern "C" void weft_on_signal(int signal, SignalInfo* info, UserContext* user);

void set_kernel_action(int signal, uint64_t handler, uint64_t flags) {
  const KernelSigaction action{handler, flags | kSaRestorer, address_of(&weft_restorer), ~kNeverBlocked};
  raw(__NR_rt_sigaction, static_cast<uint64_t>(signal), address_of(&action), 0, 8);
}

bool is_nudge(const SignalInfo& info) {
  return (info.code == kQueue || info.code == kTimer) && info.fields[1] == kNudge;
}

/// SIGSYS that is not about weft: sent by somebody, or by the program's seccomp filter.
void on_programs_own_signal(const SignalInfo& info, UserContext* user, Thread* thread) {
  const uint64_t handler = g_signals.actions[kSigSys].handler;
  if (is_handler(handler)) return stash(info, user, thread);
  if (handler == kIgnore && info.code != kSeccomp) return;
  set_kernel_action(kSigSys, kDefault, 0);
  raw(__NR_tgkill, static_cast<uint64_t>(g_state.pid), static_cast<uint64_t>(thread->tid), kSigSys);
}

void on_system_call_signal(const SignalInfo& info, UserContext* user, Thread* thread) {
  SignalContext& context = user->context;
  if (info.code == kDispatch) {
    end_steps(&context);
    context.rcx = patch_site(context.rip, static_cast<uint32_t>(context.rax));
    context.rip = address_of(&weft_entry);
  } else if (!recording()) {
    if (is_end_timer(info) && !in_runtime(context.rip) && !in_stub(context.rip)) {
      redirect(&context, thread, &weft_entry_end);
    }
  } else if (info.code == kSeccomp || !is_nudge(info)) {
    on_programs_own_signal(info, user, thread);
  } else if (exec_wants(thread)) {
    end_steps(&context);
    leave_for_exec(&context, thread);
  } else if (!in_runtime(context.rip) && !in_stub(context.rip)) {
    begin_steps(&context, thread);
  }
}

void on_program_fault(int signal, const SignalInfo& info, SignalContext* context, Thread* thread) {
  if (context->rip >= address_of(weft_guarded_begin) && context->rip < address_of(weft_guarded_end)) {
    context->rip = address_of(weft_guarded_failed);
    return;
  }
  if (on_preemption_trap(signal, context, thread)) return;
  end_steps(context);
  if (in_runtime(context->rip)) {
    fail(signal == kSigSegv ? "the runtime itself has faulted (SIGSEGV)" : "the runtime itself has faulted",
         static_cast<int64_t>(context->rip));
  }
  __builtin_memcpy(thread->fault.siginfo, &info, sizeof info);
  thread->fault.ip = context->rip;
  thread->fault.error_code = context->error_code;
  thread->fault.trap_number = context->trap_number;
  thread->fault.fault_address = context->fault_address;
  redirect(context, thread, &weft_entry_fault);
}

extern "C" void weft_on_signal(int signal, SignalInfo* info, UserContext* user) {
  Thread* thread = current();
  if (signal == kSigSys) {
    on_system_call_signal(*info, user, thread);
  } else if ((kFaults & bit(signal)) != 0 && info->code > 0) {
    on_program_fault(signal, *info, &user->context, thread);
  } else {
    stash(*info, user, thread);
  }
}

/// Makes the kernel's disposition fit what the program wants.
void install_action(int signal) {
  if (!recording() || (kNeverBlocked & bit(signal)) != 0) return;
  const KernelSigaction& wanted = g_signals.actions[signal];
  const uint64_t child_flags = wanted.flags & (kSaNoChildStop | kSaNoChildWait);
  if (is_handler(wanted.handler)) {
    set_kernel_action(signal, address_of(&weft_on_signal), kSaSigInfo | kSaOnStack | kSaRestart | child_flags);
  } else {
    set_kernel_action(signal, wanted.handler, child_flags);
  }
}

/// The process dies by `signal` as it would have without weft.
void die_by(int signal) {
  set_kernel_action(signal, kDefault, 0);
  const uint64_t mask = ~bit(signal);
  raw(__NR_rt_sigprocmask, 2, address_of(&mask), 0, 8);
}

bool on_signal_stack(const Thread* thread) {
  const uint64_t sp = thread->registers.rsp;
  return sp > thread->signal_stack.base && sp - thread->signal_stack.base <= thread->signal_stack.bytes;
}

/// Where the frame goes: below the red zone, or on the program's signal stack.
uint64_t frame_top(const Thread* thread, const KernelSigaction& action) {
  const KernelStack& stack = thread->signal_stack;
  if ((action.flags & kSaOnStack) != 0 && (stack.flags & kStackDisabled) == 0 && !on_signal_stack(thread)) {
    return stack.base + stack.bytes;
  }
  return thread->registers.rsp - 128;
}

/// Saves the extended state at `address` the way the kernel does for a frame.
bool push_floating_point(uint64_t address) {
  const uint32_t bytes = extended_state_bytes();
  if (weft_zero_guarded(pointer_to<void>(address), bytes + 4) != 0) return false;
  save_extended_state(pointer_to<void>(address));
  const FloatingPointNote note{0x46505853, bytes + 4, extended_state_mask(), bytes, {}};
  __builtin_memcpy(pointer_to<void>(address + 464), &note, sizeof note);
  const uint32_t end_magic = 0x46505845;
  __builtin_memcpy(pointer_to<void>(address + bytes), &end_magic, 4);
  return true;
}

SignalFrame make_frame(const Thread* thread, const KernelSigaction& action,
                       const trace::SignalRecord& record, uint64_t fpstate) {
  SignalFrame frame{};
  frame.restorer = action.restorer;
  frame.context.flags = 7;  // UC_FP_XSTATE | UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS
  frame.context.stack = thread->signal_stack;
  SignalContext& context = frame.context.context;
  registers_to(thread->registers, &context);
  context.rip = original_ip(context.rip);
  context.cs = 0x33;
  context.ss = 0x2b;
  context.error_code = record.error_code;
  context.trap_number = record.trap_number;
  context.fault_address = record.fault_address;
  context.old_mask = thread->signal_mask;
  context.fpstate = fpstate;
  frame.context.mask = thread->has_frame_mask ? thread->frame_mask : thread->signal_mask;
  __builtin_memcpy(&frame.info, record.siginfo, sizeof frame.info);
  return frame;
}

trace::SignalRecord record_of(const Thread* thread) {
  trace::SignalRecord record{};
  __builtin_memcpy(record.siginfo, &thread->pending_signal, sizeof thread->pending_signal);
  record.ip = original_ip(thread->registers.rip);
  return record;
}

int signal_of(const trace::SignalRecord& record) {
  int32_t signal;
  __builtin_memcpy(&signal, record.siginfo, sizeof signal);
  return signal;
}

/// The thread makes its call again after the handler: back to the call site, number still in rax.
void rewind_call(Thread* thread) {
  thread->registers.rip = original_ip(thread->registers.rip) - 2;
}

void log_signal(const Thread* thread, trace::EventKind kind, const trace::SignalRecord& record, uint8_t flags) {
  EventWriter event(kind, thread);
  event.put_bytes(&record, sizeof record);
  event.set_flags(flags);
  event.commit(signal_of(record));
}

template <class T>
bool read_program(uint64_t address, T* value) {
  return weft_copy_guarded(value, pointer_to<void>(address), sizeof *value) == 0;
}
template <class T>
bool store_program(uint64_t address, const T& value) {
  return weft_copy_guarded(pointer_to<void>(address), &value, sizeof value) == 0;
}

}  // namespace

void registers_from(const SignalContext& from, trace::Registers* to) {
  *to = {from.rax, from.rbx, from.rcx, from.rdx, from.rsi, from.rdi, from.rbp, from.rsp, from.r8, from.r9,
         from.r10, from.r11, from.r12, from.r13, from.r14, from.r15, from.rip,
         from.flags & ~uint64_t{0x10000} /* RF is the CPU's */, 0, 0};
}

void nudge(int32_t tid) {
  SignalInfo info{kSigSys, 0, kQueue, 0, {}};
  info.fields[0] = static_cast<uint32_t>(g_state.pid);
  info.fields[1] = kNudge;
  raw(__NR_rt_tgsigqueueinfo, static_cast<uint64_t>(g_state.pid), static_cast<uint64_t>(tid), kSigSys,
      address_of(&info));
}

void enter_preemption(SignalContext* context, Thread* thread) {
  redirect(context, thread, &weft_entry_preempt);
}

void read_inherited_signals(Thread* thread) {
  for (int signal = 1; signal <= kSignals; ++signal) {
    KernelSigaction action{};
    raw(__NR_rt_sigaction, static_cast<uint64_t>(signal), 0, address_of(&action), 8);
    g_signals.actions[signal] = {action.handler == kIgnore ? kIgnore : kDefault, 0, 0, 0};
  }
  raw(__NR_rt_sigprocmask, 0, 0, address_of(&thread->signal_mask), 8);
}

void set_inherited_signals(Thread* thread, uint64_t mask, uint64_t ignored) {
  thread->signal_mask = mask;
  for (int signal = 1; signal <= kSignals; ++signal) {
    g_signals.actions[signal] = {(ignored & bit(signal)) != 0 ? kIgnore : kDefault, 0, 0, 0};
  }
}

uint64_t ignored_signals() {
  uint64_t ignored = 0;
  for (int signal = 1; signal <= kSignals; ++signal) {
    if (g_signals.actions[signal].handler == kIgnore) ignored |= bit(signal);
  }
  return ignored;
}

void block_all_signals() {
  const uint64_t mask = ~kNeverBlocked;
  raw(__NR_rt_sigprocmask, 2, address_of(&mask), 0, 8);
}

void install_handlers() {
  constexpr uint64_t kFlags = kSaSigInfo | kSaOnStack | kSaNoDefer;
  for (const int signal : {kSigSys, kSigIll, kSigTrap, kSigBus, kSigFpe, kSigSegv}) {
    set_kernel_action(signal, address_of(&weft_on_signal), kFlags);
  }
}

void use_signal_stack(const Thread* thread) {
  const KernelStack stack{signal_stack_of(thread), 0, 0, kSignalStackBytes};
  raw(__NR_sigaltstack, address_of(&stack), 0);
}

long arm_dispatch() {
  const uint64_t begin = address_of(__executable_start);
  return raw(__NR_prctl, 59 /* PR_SET_SYSCALL_USER_DISPATCH */, 1, begin, address_of(_end) - begin, 0);
}

void restore_native_signals(const Thread* thread) {
  for (int signal = 1; signal <= kSignals; ++signal) {
    if (signal == kSigKill || signal == kSigStop) continue;
    const KernelSigaction& action = g_signals.actions[signal];
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
    KernelSigaction& action = g_signals.actions[signal];
    action = {is_handler(action.handler) ? kDefault : action.handler, 0, 0, 0};
    if (signal != kSigKill && signal != kSigStop) install_action(signal);
  }
}

uint64_t kernel_mask(uint64_t program_mask) { return program_mask & ~kNeverBlocked; }

void apply_mask(uint64_t mask) {
  if (!recording() || current()->pending.load(std::memory_order_relaxed) != 0) return;
  const uint64_t wanted = kernel_mask(mask);
  raw(__NR_rt_sigprocmask, 2 /* SIG_SETMASK */, address_of(&wanted), 0, 8);
}

bool pending_restarts(const Thread* thread) {
  if (thread->pending.load(std::memory_order_relaxed) == 0) return true;
  return (g_signals.actions[thread->pending_signal.signo].flags & kSaRestart) != 0;
}

bool push_handler_frame(Thread* thread, const trace::SignalRecord& record) {
  const int signal = signal_of(record);
  KernelSigaction& action = g_signals.actions[signal];
  if (!is_handler(action.handler)) return false;
  const uint64_t fpstate = (frame_top(thread, action) - (extended_state_bytes() + 4)) & ~uint64_t{63};
  const uint64_t address = ((fpstate - sizeof(SignalFrame)) & ~uint64_t{15}) - 8;
  const SignalFrame frame = make_frame(thread, action, record, fpstate);
  if (!push_floating_point(fpstate) || !store_program(address, frame)) return false;
  reset_extended_state();
  trace::Registers& registers = thread->registers;
  registers.rip = action.handler;
  registers.rsp = address;
  registers.rdi = static_cast<uint64_t>(signal);
  registers.rsi = address + offsetof(SignalFrame, info);
  registers.rdx = address + offsetof(SignalFrame, context);
  registers.rax = 0;
  registers.rflags &= ~uint64_t{0x10500};  // RF, DF, TF
  if ((thread->signal_stack.flags & kStackAutoDisarm) != 0) thread->signal_stack = {0, kStackDisabled, 0, 0};
  thread->has_frame_mask = false;
  thread->signal_mask |= action.mask | ((action.flags & kSaNoDefer) != 0 ? 0 : bit(signal));
  thread->signal_mask &= ~kUnblockable;
  if ((action.flags & kSaResetHand) != 0) {
    action.handler = kDefault;
    install_action(signal);
  }
  apply_mask(thread->signal_mask);
  return true;
}

bool deliver_pending(Thread* thread, bool entry) {
  if (thread->pending.load(std::memory_order_relaxed) == 0) return false;
  const int signal = thread->pending_signal.signo;
  disarm_nudge(thread);
  const trace::SignalRecord record = record_of(thread);
  thread->pending.store(0, std::memory_order_seq_cst);
  const uint64_t handler = g_signals.actions[signal].handler;
  if (!is_handler(handler)) {  // the program has changed its mind meanwhile
    if (handler == kDefault) {
      die_by(signal);
      raw(__NR_tgkill, static_cast<uint64_t>(g_state.pid), static_cast<uint64_t>(thread->tid),
          static_cast<uint64_t>(signal));
    }
    apply_mask(thread->signal_mask);
    return false;
  }
  if (entry) rewind_call(thread);
  log_signal(thread, trace::EventKind::kSignal, record, entry ? trace::kAtEntry : 0);
  if (!push_handler_frame(thread, record)) {
    die_by(kSigSegv);
    raw(__NR_tgkill, static_cast<uint64_t>(g_state.pid), static_cast<uint64_t>(thread->tid), kSigSegv);
  }
  return true;
}

bool deliver_recorded(Thread* thread, bool entry) {
  const trace::EventHeader* event = entry ? await_turn(thread) : glance_at_event();
  if (event == nullptr || event->thread != thread->id ||
      event->kind != static_cast<uint8_t>(trace::EventKind::kSignal) ||
      ((event->flags & trace::kAtEntry) != 0) != entry) {
    return false;
  }
  if (!entry) event = await_turn(thread);
  trace::SignalRecord record;
  __builtin_memcpy(&record, payload_of(event), sizeof record);
  if (record.ip != original_ip(thread->registers.rip)) {
    report_divergence(thread, "a signal was delivered at another place");
  }
  if (entry) rewind_call(thread);
  consume_event();
  if (!push_handler_frame(thread, record)) report_divergence(thread, "a signal has no handler");
  return true;
}

extern "C" void weft_on_fault(Thread* thread) {
  const int signal = signal_of(thread->fault);
  const bool handled = is_handler(g_signals.actions[signal].handler) && (thread->signal_mask & bit(signal)) == 0;
  if (!recording()) {
    const trace::EventHeader* event = await_turn(thread);
    const auto& recorded = *reinterpret_cast<const trace::SignalRecord*>(payload_of(event));
    if (event->kind != static_cast<uint8_t>(trace::EventKind::kFault) || recorded.ip != thread->fault.ip) {
      report_divergence(thread, "the program faulted where it did not in the recording");
    }
    thread->fault = recorded;
    consume_event();
    if (!push_handler_frame(thread, thread->fault)) report_divergence(thread, "a fault has no handler");
    expect_preemption(thread);
    return;
  }
  if (handled) {
    log_signal(thread, trace::EventKind::kFault, thread->fault, 0);
    if (push_handler_frame(thread, thread->fault)) return;
  }
  EventWriter event(trace::EventKind::kKilled, thread);
  event.put_bytes(&thread->fault, sizeof thread->fault);
  event.commit(signal);
  die_by(signal);
  // The faulting instruction runs again and kills the process; int3 has already been passed.
  if (signal == kSigTrap) {
    raw(__NR_tgkill, static_cast<uint64_t>(g_state.pid), static_cast<uint64_t>(thread->tid),
        static_cast<uint64_t>(signal));
  }
}

long on_rt_sigaction(Call& call) {
  const auto signal = static_cast<int>(call.args[0]);
  const uint64_t wanted = call.args[1], old = call.args[2];
  if (call.args[3] != 8 || signal < 1 || signal > kSignals ||
      (wanted != 0 && (signal == kSigKill || signal == kSigStop))) {
    return agree(call, -kEINVAL);
  }
  KernelSigaction action{};
  if (wanted != 0 && !read_program(wanted, &action)) return agree(call, -kEFAULT);
  const KernelSigaction before = g_signals.actions[signal];
  if (wanted != 0) {
    action.mask &= ~kUnblockable;
    g_signals.actions[signal] = action;
    install_action(signal);
  }
  return agree(call, old != 0 && !store_program(old, before) ? -kEFAULT : 0);
}

long on_rt_sigprocmask(Call& call) {
  const uint64_t how = call.args[0], set = call.args[1], old = call.args[2];
  Thread* thread = call.thread;
  if (call.args[3] != 8) return agree(call, -kEINVAL);
  const uint64_t before = thread->signal_mask;
  uint64_t mask = 0;
  if (set != 0) {
    if (!read_program(set, &mask)) return agree(call, -kEFAULT);
    if (how > 2) return agree(call, -kEINVAL);
    mask = how == 0 ? before | mask : how == 1 ? before & ~mask : mask;
    thread->signal_mask = mask & ~kUnblockable;
    apply_mask(thread->signal_mask);
  }
  return agree(call, old != 0 && !store_program(old, before) ? -kEFAULT : 0);
}

long on_rt_sigreturn(Call& call) {
  Thread* thread = call.thread;
  UserContext user;
  if (!read_program(thread->registers.rsp, &user)) {
    fail("rt_sigreturn without a frame", static_cast<int64_t>(thread->registers.rsp));
  }
  agree(call, 0);
  const SignalContext& context = user.context;
  const uint64_t fs = thread->registers.fs_base;
  registers_from(context, &thread->registers);
  thread->registers.fs_base = fs;
  thread->registers.rflags = (thread->registers.rflags & 0x244dd5) | 0x202;
  thread->registers.rip = resume_address(context.rip);
  thread->signal_mask = user.mask & ~kUnblockable;
  if ((user.stack.flags & ~(kStackDisabled | 1 | kStackAutoDisarm)) == 0) {
    thread->signal_stack = user.stack;
    thread->signal_stack.flags &= ~1;
  }
  if (context.fpstate != 0) {
    weft_xrstor_guarded(pointer_to<void>(context.fpstate), extended_state_mask());
  }
  apply_mask(thread->signal_mask);
  return kLeaveAsIs;
}

long on_sigaltstack(Call& call) {
  Thread* thread = call.thread;
  KernelStack before = thread->signal_stack, wanted{};
  const bool in_use = (before.flags & kStackDisabled) == 0 && on_signal_stack(thread);
  if (in_use) before.flags |= 1;  // SS_ONSTACK
  if (call.args[0] != 0) {
    if (!read_program(call.args[0], &wanted)) return agree(call, -kEFAULT);
    if (in_use) return agree(call, -kEPERM);
    const int32_t mode = wanted.flags & ~kStackAutoDisarm;
    if (mode != 0 && mode != 1 && mode != kStackDisabled) return agree(call, -kEINVAL);
    if (mode == kStackDisabled) {
      wanted = {0, wanted.flags, 0, 0};
    } else if (wanted.bytes < 2048) {
      return agree(call, -kENOMEM);
    }
    wanted.flags &= ~1;
    wanted.pad = 0;
    thread->signal_stack = wanted;
  }
  return agree(call, call.args[1] != 0 && !store_program(call.args[1], before) ? -kEFAULT : 0);
}

long on_rt_sigsuspend(Call& call) {
  Thread* thread = call.thread;
  long result;
  if (recording()) {
    uint64_t mask = 0;
    if (!read_program(call.args[0], &mask)) return agree(call, -kEFAULT);
    mask = kernel_mask(mask);
    const uint64_t args[6] = {address_of(&mask), 8, 0, 0, 0, 0};
    do {
      result = enter_kernel(call, args);
    } while ((result == -kEINTR || result == -kERestart) && thread->pending.load() == 0);
    if (result == -kERestart) result = -kEINTR;
    log_call(call, result, nullptr);
  } else {
    result = replay_call(call);
  }
  if (result == -kEINTR) {
    thread->frame_mask = thread->signal_mask;
    thread->has_frame_mask = true;
  }
  return result;
}

long on_masked_wait(Call& call) {
  const int at = call.number == __NR_ppoll ? 3 : call.number == __NR_pselect6 ? 5 : 4;
  uint64_t args[6], mask = 0;
  struct {
    uint64_t address, bytes;
  } pair = {};
  for (int i = 0; i < 6; ++i) args[i] = call.args[i];
  if (!recording() || args[at] == 0) return perform(call);
  if (call.number == __NR_pselect6) {
    if (!read_program(args[at], &pair) || pair.address == 0) return perform(call);
    if (!read_program(pair.address, &mask)) return perform(call);
    pair.address = address_of(&mask);
    args[at] = address_of(&pair);
  } else {
    if (!read_program(args[at], &mask)) return perform(call);
    args[at] = address_of(&mask);
  }
  mask = kernel_mask(mask);
  return record_with(call, args);
}

}  // namespace weft::runtime
