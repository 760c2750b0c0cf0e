/// Names and small facts about signals that the signal_*.cc files share (asm/signal.h has them with
/// libc's types only).
#pragma once

#include "recorder/runtime/ground/kernel.h"
#include "recorder/runtime/ground/thread.h"

namespace weft::runtime {

inline constexpr int kSigIll = 4, kSigTrap = 5, kSigBus = 7, kSigFpe = 8, kSigKill = 9,
                     kSigSegv = 11, kSigStop = 19, kSigSys = 31;
inline constexpr uint64_t kSaNoChildStop = 1, kSaNoChildWait = 2, kSaSigInfo = 4,
                          kSaOnStack = 0x08000000, kSaRestart = 0x10000000, kSaNoDefer = 0x40000000,
                          kSaResetHand = 0x80000000, kSaRestorer = 0x04000000;
inline constexpr uint64_t kDefault = 0, kIgnore = 1;
inline constexpr int32_t kStackDisabled = 2, kStackAutoDisarm = static_cast<int32_t>(1u << 31);

constexpr uint64_t bit(int signal) {
  return uint64_t{1} << (signal - 1);
}
inline constexpr uint64_t kFaults =
    bit(kSigIll) | bit(kSigTrap) | bit(kSigBus) | bit(kSigFpe) | bit(kSigSegv);
inline constexpr uint64_t kNeverBlocked = kFaults | bit(kSigSys);
inline constexpr uint64_t kUnblockable = bit(kSigKill) | bit(kSigStop);

inline bool is_handler(uint64_t handler) {
  return handler != kDefault && handler != kIgnore;
}

inline int signal_of(const trace::SignalRecord& record) {
  int32_t signal;
  __builtin_memcpy(&signal, record.siginfo, sizeof signal);
  return signal;
}

/// Makes the kernel's disposition fit what the program wants.
void install_action(int signal);
/// Sets a disposition of the kernel's, all blockable signals blocked in the handler.
void set_kernel_action(int signal, uint64_t handler, uint64_t flags);
/// The process dies by `signal` as it would have without weft.
void die_by(int signal);
/// The signal that a nudge timer was set for is delivered.
void disarm_nudge(const Thread* thread);
/// True if the program's stack pointer is on the signal stack that it has set.
bool on_signal_stack(const Thread* thread);

}  // namespace weft::runtime
