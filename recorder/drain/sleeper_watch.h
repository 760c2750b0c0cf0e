/// Wakes a thread of the program that may run and sleeps, while the one that runs makes no call
/// (record_channel.h, `sleeper`).
#pragma once

#include <cstdint>

#include "weft/channel/record_channel.h"

namespace weft::drain {

class SleeperWatch {
 public:
  /// To be called every 20 ms or so: the second time that it finds the same sleeper, wakes it.
  void look(const channel::RecordChannel& channel);

 private:
  uint64_t seen_ = 0;
};

}  // namespace weft::drain
