/// The calls by which the program says what it wants of signals.
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/signal_words.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/signals/signals.h"

namespace weft::runtime {

long on_rt_sigaction(Call& call) {
  const auto signal = static_cast<int>(call.args[0]);
  const uint64_t wanted = call.args[1], old = call.args[2];
  if (call.args[3] != 8 || signal < 1 || signal > kSignals ||
      (wanted != 0 && (signal == kSigKill || signal == kSigStop))) {
    return agree(call, -kEINVAL);
  }
  KernelSigaction action{};
  if (wanted != 0 && !read_program(wanted, &action)) return agree(call, -kEFAULT);
  const KernelSigaction before = action_of(call.thread, signal);
  if (wanted != 0) {
    action.mask &= ~kUnblockable;
    action_of(call.thread, signal) = action;
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

namespace {

/// Where the mask lies that the call is given; 0 if it has none.
uint64_t wait_mask_address(const Call& call) {
  uint64_t address = 0;
  switch (call.number) {
    case __NR_rt_sigsuspend:
      return call.args[0];
    case __NR_ppoll:
      return call.args[3];
    case __NR_epoll_pwait:
    case 441:  // epoll_pwait2
      return call.args[4];
    case __NR_pselect6:
      return call.args[5] != 0 && read_program(call.args[5], &address) ? address : 0;
    default:
      return 0;
  }
}

}  // namespace

void begin_wait_mask(const Call& call) {
  const uint64_t address = wait_mask_address(call);
  uint64_t mask = 0;
  if (address == 0 || !read_program(address, &mask)) return;
  Thread* thread = call.thread;
  thread->frame_mask = thread->signal_mask;
  thread->has_frame_mask = true;
  thread->signal_mask = mask & ~kUnblockable;
}

void finish_wait_mask(Thread* thread) {
  if (!thread->has_frame_mask) return;
  thread->signal_mask = thread->frame_mask;
  thread->has_frame_mask = false;
  apply_mask(thread->signal_mask);
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
