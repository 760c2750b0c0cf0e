#include "recorder/runtime/ground/processes.h"
#include "recorder/runtime/ground/signal_words.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/signals/signals.h"
#include "replayer/runtime/audit/audit.h"
#include "weft/channel/record_channel.h"

namespace weft::runtime {

namespace {

/// What the kernel says of the thread that runs.
struct KernelsView {
  const Thread* thread;
  uint64_t mask;
  KernelStack stack;
  uint64_t call_handler, own_handler;
};

uint64_t handler_of(int signal) {
  KernelSigaction action{};
  raw(__NR_rt_sigaction, static_cast<uint64_t>(signal), 0, address_of(&action), 8);
  return action.handler;
}

bool is_pending(const KernelsView& view) {
  return view.thread->pending.load() != 0;
}

constexpr Assertion<KernelsView> kKernel[] = {
    {"SIGSYS can come", [](const KernelsView& v) { return (v.mask & bit(kSigSys)) == 0; }},
    {"weft's own signal can come",
     [](const KernelsView& v) { return (v.mask & bit(channel::kOwnSignal)) == 0; }},
    {"faults can come", [](const KernelsView& v) { return (v.mask & kFaults) == 0; }},
    {"the kernel's mask is the program's",
     [](const KernelsView& v) {
       return !recording() || is_pending(v) || v.mask == kernel_mask(v.thread->signal_mask);
     }},
    {"while a signal waits, no other comes",
     [](const KernelsView& v) {
       return !recording() || !is_pending(v) || (v.mask | kUnblockable) == ~kNeverBlocked;
     }},
    {"handlers run on the thread's signal stack",
     [](const KernelsView& v) {
       return !recording() || v.stack.base == signal_stack_of(v.thread);
     }},
    {"the signal stack is large enough",
     [](const KernelsView& v) { return v.stack.bytes == kSignalStackBytes; }},
    {"calls come to the runtime",
     [](const KernelsView& v) { return v.call_handler == address_of(&weft_on_signal); }},
    {"nudges come to the runtime",
     [](const KernelsView& v) { return v.own_handler == address_of(&weft_on_signal); }},
};

constexpr Assertion<Thread> kPending[] = {
    {"a signal waits or does not", [](const Thread& t) { return t.pending.load() <= 1; }},
    {"a signal that waits has a number",
     [](const Thread& t) {
       return t.pending.load() == 0 ||
              (t.pending_signal.signo >= 1 && t.pending_signal.signo <= kSignals);
     }},
    {"in replay signals come from the log only",
     [](const Thread& t) { return recording() || t.pending.load() == 0; }},
};

}  // namespace

void audit_signals(const Thread& thread) {
  assert_all(kPending, thread);
  KernelsView view{&thread, 0, {}, handler_of(kSigSys), handler_of(channel::kOwnSignal)};
  raw(__NR_sigaltstack, 0, address_of(&view.stack));
  raw(__NR_rt_sigprocmask, 0, 0, address_of(&view.mask), 8);
  assert_all(kKernel, view);
}

}  // namespace weft::runtime
