#include "recorder/drain/sleeper_watch.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

namespace weft::drain {

void SleeperWatch::look(const channel::RecordChannel& channel) {
  const uint64_t sleeper = channel.sleeper.load(std::memory_order_relaxed);
  const auto tid = static_cast<pid_t>(sleeper & UINT32_MAX);
  if (tid != 0 && sleeper == seen_) {
    siginfo_t info{};
    info.si_signo = SIGSYS;
    info.si_code = SI_QUEUE;
    info.si_pid = ::getpid();
    info.si_value.sival_ptr = reinterpret_cast<void*>(channel::kNudge);
    // That it may have ended meanwhile does not matter.
    ::syscall(SYS_rt_tgsigqueueinfo, channel.program_pid.load(), tid, SIGSYS, &info);
  }
  seen_ = sleeper;
}

}  // namespace weft::drain
