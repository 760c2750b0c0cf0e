/// Reading the clocks while recording. A program that would read them in the vDSO, without a system
/// call, is not given one (its reads would not be seen); so it makes calls, and the runtime answers
/// them from the vDSO that the kernel mapped for weft-runtime: 25 ns instead of 170.
///
/// The vDSO's clock functions use general registers only (the kernel builds them without SSE).
/// Where a clock has no fast path they make a real system call, which traps, being outside the
/// runtime's text: `is_kernels` tells the SIGSYS handler, which makes the call in place, and the
/// vDSO is not used again.
#pragma once

#include "recorder/runtime/calls/call.h"

namespace weft::runtime {

/// What follows the header of a clock read's event: clock_gettime and gettimeofday have two
/// arguments each, and one effect.
struct ClockReadPayload {
  uint64_t site, arguments[2];
  trace::EffectHeader effect;
  int64_t time[2];  ///< struct timespec, or timeval
};
inline bool is_clock_read(uint64_t call) {
  return call == __NR_clock_gettime || call == __NR_gettimeofday;
}

/// Finds the functions; `auxiliary` is the vector that the kernel gave to weft-runtime.
void kernel_clock_init(const uint64_t* auxiliary);
/// The address lies in the kernel's vDSO.
bool is_kernels(uint64_t ip);
/// In the SIGSYS handler, for a trap in the vDSO: makes the call.
void call_for_kernel_clock(SignalContext* context);

/// Record: answers the call that `thread` is about to make if it reads a clock that the vDSO knows,
/// and writes its event: most calls of many servers are such reads, so they have a way of their own
/// (in replay too: replay_clock_read). False: nothing has happened, and the call goes the way of
/// all others.
bool answer_clock_read(Thread* thread);

}  // namespace weft::runtime
