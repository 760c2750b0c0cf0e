#include "recorder/drain/sleeper_watch.h"

#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>

#include <csignal>

namespace weft::drain {

std::chrono::microseconds SleeperWatch::look(channel::RecordChannel& channel) {
  const uint64_t sleeper = channel.sleeper.load(std::memory_order_seq_cst);
  const auto tid = static_cast<pid_t>(sleeper & UINT32_MAX);
  if (tid != 0 && sleeper == seen_) {
    siginfo_t info{};
    info.si_signo = SIGSYS;
    info.si_code = SI_QUEUE;
    info.si_pid = ::getpid();
    info.si_value.sival_ptr = reinterpret_cast<void*>(channel::kRouse);
    // That it may have ended meanwhile does not matter.
    ::syscall(SYS_rt_tgsigqueueinfo, channel.program_pid.load(), tid, SIGSYS, &info);
  }
  looks_without_change_ = sleeper == seen_ ? looks_without_change_ + 1 : 0;
  seen_ = sleeper;
  channel.last_look.store(__rdtsc(), std::memory_order_relaxed);
  bool watch = tid != 0 || looks_without_change_ < kPatience;
  channel.watching.store(watch ? 1 : 0, std::memory_order_seq_cst);
  if (!watch && channel.sleeper.load(std::memory_order_seq_cst) != sleeper) watch = true;
  const std::chrono::microseconds slice(channel.slice_us.load(std::memory_order_relaxed));
  return watch && slice.count() > 0 ? slice : kIdle;
}

}  // namespace weft::drain
