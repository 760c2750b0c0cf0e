/// Gives a thread of the program its own processors back that was gathered on one with others, and
/// now runs alone (record_channel.h, `gathered`).
#pragma once

#include <chrono>
#include <cstdint>

#include "weft/channel/record_channel.h"

namespace weft::drain {

class GatheringWatch {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kPatience{200};

  /// The thread that has had the baton for kPatience, and may use its own processors again as of
  /// now; 0 if there is none.
  int32_t look(const channel::RecordChannel& channel, Clock::time_point now);
  /// Looks, and sees to it.
  void look_after(channel::RecordChannel& channel);

 private:
  uint64_t seen_ = 0;
  Clock::time_point since_{};
};

}  // namespace weft::drain
