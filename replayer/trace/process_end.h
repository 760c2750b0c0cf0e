/// How a process ended, as far as its own log says.
#pragma once

#include <cstdint>
#include <set>

#include "replayer/trace/event_view.h"

namespace weft::trace {

struct ProcessEnd {
  enum class How {
    kNotInLog,   ///< the log ends before
    kExited,     ///< `value`: its status, as wait() tells it
    kKilled,     ///< `value`: the signal
    kStillRuns,  ///< the recording was ended before
    kNotKnown,   ///< it has ended; nobody could say how
  };
  How how = How::kNotInLog;
  int64_t value = 0;
};

/// Is shown the events of a log from the beginning of an image on, or from the fork on.
class EndFinder {
 public:
  void add(const EventView& event);
  ProcessEnd end() const { return end_; }

 private:
  void begin(uint32_t thread);
  void end_thread(const EventHeader& event);

  ProcessEnd end_;
  uint32_t leader_ =
      0;  ///< the thread that has the number of the process: its status is the process's
  int64_t leader_status_ = 0;
  std::set<uint32_t> alive_{0};  ///< threads
};

}  // namespace weft::trace
