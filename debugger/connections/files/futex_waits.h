/// Which event ended which wait on a futex.
///
/// FUTEX_WAKE says how many it woke; waits that return 0 on that address afterwards, and began
/// before it, are those, first come first served (the runtime's queues are FIFO, the kernel's too
/// among equal priorities). A requeue moves waiters to a second address, where the wake comes
/// later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>

#include "debugger/connections/log/mark.h"

namespace weft::connections {

class FutexWaits {
 public:
  void wake(uint64_t address, uint64_t count, const Mark& now);
  void requeue(uint64_t from, uint64_t to);
  /// The wake that ended a wait which began at `since`; none if it is not known.
  Mark end_wait(uint64_t address, trace::Ticks since);

 private:
  static constexpr size_t kMaxAddresses = 100'000;
  static constexpr size_t kMaxWakes = 256;

  struct Wake {
    Mark mark;
    uint64_t left;  ///< waits that it ends and that have not returned yet
  };
  struct Word {
    std::deque<Wake> wakes;
    uint64_t moved_to = 0;
  };
  std::unordered_map<uint64_t, Word> words_;
};

}  // namespace weft::connections
