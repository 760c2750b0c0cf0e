#include "recorder/drain/gathering_watch.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <array>

namespace weft::drain {

int32_t GatheringWatch::look(const channel::RecordChannel& channel, Clock::time_point now) {
  const uint64_t gathered = channel.gathered.load(std::memory_order_acquire);
  if (gathered != seen_) {
    seen_ = gathered;
    since_ = now;
  }
  const auto tid = static_cast<int32_t>(gathered & UINT32_MAX);
  if (tid == 0 || now - since_ < kPatience) return 0;
  return tid;
}

void GatheringWatch::look_after(channel::RecordChannel& channel) {
  const int32_t tid = look(channel, Clock::now());
  uint64_t expected = seen_;
  if (tid == 0 || !channel.gathered.compare_exchange_strong(expected, channel::kSetsProcessors))
    return;
  std::array<uint64_t, channel::kProcessorWords> own{};
  for (size_t i = 0; i < own.size(); ++i) {
    own[i] = channel.own_processors[i].load(std::memory_order_relaxed);
  }
  // That the thread may have ended meanwhile does not matter.
  ::syscall(SYS_sched_setaffinity, tid, sizeof own, own.data());
  channel.gathered.store(0);
}

}  // namespace weft::drain
