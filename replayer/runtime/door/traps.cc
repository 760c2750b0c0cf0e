/// The kernel's way into the runtime: every signal, fault and trapped system call comes to
/// weft_on_signal, which finds out what it is.
///
///   kOwnSignal  a nudge; the timer at the end of a replay
///   SIGSYS   a call site that is not patched yet; or the program's own
///   a fault  asks kTraps in turn: the first that says "mine" has handled it. If none does, the
///            fault is the program's
///   others   stashed: the program gets the signal at its next call (signals.h)
#include "recorder/runtime/calls/kernel_clock.h"
#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/signal_words.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/preempt/preempt.h"
#include "recorder/runtime/preempt/spin_places.h"
#include "recorder/runtime/preempt/stepping.h"
#include "recorder/runtime/process/exec.h"
#include "recorder/runtime/signals/signals.h"
#include "recorder/runtime/sites/generated_code.h"
#include "recorder/runtime/sites/questions.h"
#include "recorder/runtime/sites/time_stamp.h"
#include "replayer/runtime/breakpoint.h"
#include "replayer/runtime/end.h"
#include "replayer/runtime/probes/probes.h"
#include "replayer/runtime/steps.h"
#include "weft/channel/record_channel.h"

namespace weft::runtime {

namespace {

constexpr int kDispatch = 2, kSeccomp = 1, kUser = 0, kQueue = -1, kTimer = -2;  // si_code

/// In a handler that is not about single steps: the thread makes no more of them.
void end_steps(SignalContext* context) {
  if (recording()) {
    stop_stepping(context);
  } else {
    end_steps_here(context);
    end_breakpoint_step(context);
    end_probe_step(context);
  }
}

/// Record: kOwnSignal without a value or a sender. Once the user's limit of waiting signals is
/// reached (RLIMIT_SIGPENDING; all processes of the user count), the kernel still delivers weft's
/// signals, but drops what they carry (kernel/signal.c: __send_signal_locked).
bool carries_nothing(const SignalInfo& info) {
  return recording() && info.code == kUser && info.fields[0] == 0 && info.fields[1] == 0;
}

/// A signal from weft to itself, not one that an instruction has raised, or somebody has sent.
bool is_own_signal(const SignalInfo& info) {
  if (info.signo != channel::kOwnSignal) return false;
  if (carries_nothing(info)) return true;
  if (info.code != kQueue && info.code != kTimer) return false;
  return info.fields[1] == channel::kNudge || info.fields[1] == channel::kRouse ||
         is_end_timer(info);
}

bool is_nudge(const SignalInfo& info, const Thread* thread) {
  if (!carries_nothing(info)) return info.fields[1] == channel::kNudge;
  return thread->nudges_sent.load() != thread->nudges_seen.load();
}

/// A signal of weft's own has come: the program must not see that it has interrupted a call.
void note_own_signal(bool nudge, SignalContext* context, Thread* thread) {
  if (nudge) thread->nudges_seen.fetch_add(1);
  if (context->rip == address_of(weft_interruptible_end) &&
      context->rax == static_cast<uint64_t>(-kEINTR) && thread->pending.load() == 0) {
    context->rax = static_cast<uint64_t>(-kERestart);
  }
}

/// SIGSYS that is not about weft: sent by somebody, or by the program's seccomp filter.
void on_programs_own_signal(const SignalInfo& info, UserContext* user, Thread* thread) {
  const uint64_t handler = action_of(thread, kSigSys).handler;
  if (is_handler(handler)) return stash(info, user, thread);
  if (handler == kIgnore && info.code != kSeccomp) return;
  set_kernel_action(kSigSys, kDefault, 0);
  raw(__NR_tgkill, static_cast<uint64_t>(thread->process->pid), static_cast<uint64_t>(thread->tid),
      kSigSys);
}

void on_system_call_signal(const SignalInfo& info, UserContext* user, Thread* thread) {
  SignalContext& context = user->context;
  if (info.code == kDispatch && is_kernels(context.rip)) {
    call_for_kernel_clock(&context);
  } else if (info.code == kDispatch) {
    end_steps(&context);
    context.rcx = patch_site(context.rip, static_cast<uint32_t>(context.rax));
    context.rip = address_of(&weft_entry);
  } else if (recording()) {
    on_programs_own_signal(info, user, thread);
  }
}

void on_own_signal(const SignalInfo& info, SignalContext* context, Thread* thread) {
  const bool in_program = !in_runtime(context->rip) && !in_stub(context->rip);
  if (!recording()) {  // the timer at the end of a replay
    end_is_due(thread);
    if (!in_program) return;
    end_steps(context);
    return enter_runtime(context, thread, &weft_entry_end);
  }
  const bool nudged = is_nudge(info, thread);
  note_own_signal(nudged && info.code != kTimer, context, thread);
  if (!nudged) return;
  if (exec_wants(thread)) {
    end_steps(context);
    leave_for_exec(context, thread);
  } else if (in_program) {
    begin_steps(context, thread);
  }
}

/// A read or write of program memory that may fail (weft_copy_guarded and the like).
bool on_guarded_access(int signal, SignalContext* context, Thread* thread) {
  if (context->rip < address_of(weft_guarded_begin) || context->rip >= address_of(weft_guarded_end))
    return false;
  if (on_code_write(signal, context, thread)) return true;
  context->rip = address_of(weft_guarded_failed);
  return true;
}

bool on_trapped_time_stamp(int signal, SignalContext* context, Thread* thread) {
  if (!on_time_stamp(signal, context)) return false;
  on_emulated_step(context, thread);
  return true;
}

bool on_single_step(int signal, SignalContext* context, Thread* thread) {
  if (signal != kSigTrap) return false;
  return recording() ? on_step(context, thread) : on_step_trap(context, thread);
}

bool on_breakpoint(int signal, SignalContext* context, Thread* thread) {
  if (signal != kSigTrap && signal != kSigIll) return false;
  return recording() ? on_spin_place_trap(signal, context)
                     : on_breakpoint_trap(signal, context, thread);
}

bool on_probe(int signal, SignalContext* context, Thread*) {
  return !recording() && signal == kSigTrap && on_probe_trap(context);
}

/// True: dealt with, `context` says where the thread goes on.
using Trap = bool (*)(int signal, SignalContext* context, Thread* thread);
constexpr Trap kTraps[] = {
    on_guarded_access, on_first_execution, on_code_write, on_trapped_time_stamp,
    on_single_step,    on_breakpoint,      on_probe};

void on_program_fault(int signal, const SignalInfo& info, SignalContext* context, Thread* thread) {
  for (const Trap trap : kTraps) {
    if (trap(signal, context, thread)) return;
  }
  end_steps(context);
  if (on_question(signal, context, thread)) return;
  if (in_runtime(context->rip)) {
    fail(signal == kSigSegv ? "the runtime itself has faulted (SIGSEGV)"
                            : "the runtime itself has faulted",
         static_cast<int64_t>(context->rip));
  }
  context->rip = ip_before_move(context->rip);
  __builtin_memcpy(thread->fault.siginfo, &info, sizeof info);
  thread->fault.ip = context->rip;
  thread->fault.error_code = context->error_code;
  thread->fault.trap_number = context->trap_number;
  thread->fault.fault_address = context->fault_address;
  enter_runtime(context, thread, &weft_entry_fault);
}

}  // namespace

extern "C" void weft_on_signal(int signal, SignalInfo* info, UserContext* user) {
  Thread* thread = current();
  if (is_own_signal(*info)) {
    on_own_signal(*info, &user->context, thread);
  } else if (signal == kSigSys) {
    on_system_call_signal(*info, user, thread);
  } else if ((kFaults & bit(signal)) != 0 && info->code > 0) {
    on_program_fault(signal, *info, &user->context, thread);
  } else {
    stash(*info, user, thread);
  }
}

}  // namespace weft::runtime
