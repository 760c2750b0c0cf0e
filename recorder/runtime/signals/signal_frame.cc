/// The frame that a signal handler runs on, and the way back from it, as the kernel has them
/// (arch/x86/kernel/signal_64.c, fpu/signal.c in Linux 6.18):
///
///   rsp at the signal      red zone, 128 bytes
///                          extended state (xsave), its end magic; aligned to 64: that of the
///                          processor that the program is shown (extended_state.h)
///                          SignalFrame: restorer, ucontext (registers, mask), siginfo
///   rsp in the handler ->  aligned to 16, less 8: as after a call
#include "recorder/runtime/code/patch.h"
#include "recorder/runtime/ground/extended_state.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/report.h"
#include "recorder/runtime/ground/shown_processor.h"
#include "recorder/runtime/ground/signal_words.h"
#include "recorder/runtime/signals/signals.h"

namespace weft::runtime {

namespace {

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

/// Where the frame goes: below the red zone, or on the program's signal stack.
uint64_t frame_top(const Thread* thread, const KernelSigaction& action) {
  const KernelStack& stack = thread->signal_stack;
  if ((action.flags & kSaOnStack) != 0 && (stack.flags & kStackDisabled) == 0 &&
      !on_signal_stack(thread)) {
    return stack.base + stack.bytes;
  }
  return thread->registers.rsp - 128;
}

/// Saves the extended state at `address` with what the kernel puts beside it.
bool push_floating_point(uint64_t address) {
  const uint32_t bytes = frame_state_bytes();
  const FloatingPointNote note{0x46505853, bytes + 4, shown_processor().states, bytes, {}};
  constexpr uint32_t kEndMagic = 0x46505845;
  return store_frame_state(address) && store_program(address + 464, note) &&
         store_program(address + bytes, kEndMagic);
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
  context.fpstate = fpstate;
  frame.context.mask = thread->has_frame_mask ? thread->frame_mask : thread->signal_mask;
  context.old_mask = frame.context.mask;
  __builtin_memcpy(&frame.info, record.siginfo, sizeof frame.info);
  return frame;
}

}  // namespace

bool on_signal_stack(const Thread* thread) {
  const uint64_t sp = thread->registers.rsp;
  return sp > thread->signal_stack.base &&
         sp - thread->signal_stack.base <= thread->signal_stack.bytes;
}

bool push_handler_frame(Thread* thread, const trace::SignalRecord& record) {
  const int signal = signal_of(record);
  KernelSigaction& action = action_of(thread, signal);
  if (!is_handler(action.handler)) return false;
  const uint64_t fpstate = (frame_top(thread, action) - (frame_state_bytes() + 4)) & ~uint64_t{63};
  const uint64_t address = ((fpstate - sizeof(SignalFrame)) & ~uint64_t{15}) - 8;
  const SignalFrame frame = make_frame(thread, action, record, fpstate);
  if (!push_floating_point(fpstate) || !store_program(address, frame)) return false;
  reset_frame_state();
  trace::Registers& registers = thread->registers;
  registers.rip = action.handler;
  registers.rsp = address;
  registers.rdi = static_cast<uint64_t>(signal);
  registers.rsi = address + offsetof(SignalFrame, info);
  registers.rdx = address + offsetof(SignalFrame, context);
  registers.rax = 0;
  registers.rflags &= ~uint64_t{0x10500};  // RF, DF, TF
  if ((thread->signal_stack.flags & kStackAutoDisarm) != 0)
    thread->signal_stack = {0, kStackDisabled, 0, 0};
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
  if (context.fpstate != 0) load_frame_state(context.fpstate);
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

}  // namespace weft::runtime
