/// Wakes a thread of the program that sleeps although it may run, while the running one makes no
/// call (record_channel.h, `sleeper`).
#pragma once

#include <chrono>
#include <cstdint>

#include "weft/channel/record_channel.h"

namespace weft::drain {

class SleeperWatch {
 public:
  static constexpr std::chrono::milliseconds kIdle{20};

  /// The second time that it finds the same sleeper, wakes it. Returns after how long it wants to
  /// look again: a slice while threads make each other ready, else kIdle.
  std::chrono::microseconds look(channel::RecordChannel& channel);

 private:
  static constexpr int kPatience = 50;  // looks, after the last change

  uint64_t seen_ = 0;
  int looks_without_change_ = kPatience;
};

}  // namespace weft::drain
