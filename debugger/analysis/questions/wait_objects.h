/// What tasks wait for in each other's name: locks, channels, semaphores; and who has to do with
/// them.
///
/// Three sources, in the order in which they are believed:
///   told     weft::acquired and its like: the owner is known
///   asked    Asio's channels: who started async_send and async_receive on it
///   passed   the tracing flag: who came through a co_await of it, where the awaiter's type is
///            called like a mutex. While somebody waits for a mutex, who came through last has it;
///            unless it was handed over and the new owner has not run yet. Of a semaphore, those
///            that came through have it, if it is a pool of something. It may as well be a queue
///            of signals, which workers wait for and give to nobody (WaitObject::signals).
#pragma once

#include <vector>

#include "debugger/analysis/questions/analysis.h"

namespace weft::analysis {

struct WaitObject {
  uint64_t address = 0;
  StringIndex name = kNone;                             ///< that the program gave it
  std::vector<TaskIndex> owners, producers, consumers;  ///< told or asked
  std::vector<TaskIndex> passed;                        ///< the last one at the end
  bool many = false;                                    ///< several may be through at once
  /// `many`, and who came through need not have it now: the first of all had to wait, when nobody
  /// could have had it; or one came through several times.
  bool signals = false;
};

class WaitObjects {
 public:
  /// What was known until the moment.
  WaitObjects(const Model& model, EventIndex moment);

  /// Null: nothing is known of it.
  const WaitObject* find(uint64_t address) const;

 private:
  std::vector<WaitObject> objects_;  ///< sorted by address
};

}  // namespace weft::analysis
