/// The parked processes, in the order of time. Bounded in number and in measured memory.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "replayer/session/replay_process.h"
#include "replayer/timeline/moment.h"

namespace weft::timeline {

/// A copy of a checkpoint, and where it came from.
struct CheckpointCopy {
  std::unique_ptr<session::ReplayProcess> process;
  Moment moment;
  double seconds;  ///< of replay from the start to `moment`
};

struct CheckpointLimits {
  unsigned most;
  uint64_t most_bytes;
};

/// May be used by several threads.
class Checkpoints {
 public:
  explicit Checkpoints(CheckpointLimits limits) : limits_(limits) {}

  /// Adds one, and gives up others if they are too many or too large. One that stands at a known
  /// moment is not added.
  void add(CheckpointCopy checkpoint);
  /// A copy of the nearest one at or before `moment`. Dead ones are dropped on the way. Nothing if
  /// none is left; an error if there is no memory for a copy.
  Result<std::optional<CheckpointCopy>> copy_before(const Moment& moment);

  /// Where the user is: checkpoints near there are worth more.
  void set_user(const Moment& moment);
  bool empty() const;
  unsigned count() const;
  uint64_t bytes() const;
  /// Of replay, between neighbours.
  double widest_gap_seconds() const;

 private:
  using Clock = std::chrono::steady_clock;

  void limit_number(const Moment& kept);
  void limit_bytes(const Moment& kept);
  bool give_up_one(const Moment& kept);
  void measure();
  double seconds_of(const Moment& moment) const;

  const CheckpointLimits limits_;
  mutable std::mutex mutex_;
  std::vector<CheckpointCopy> all_;  ///< ascending
  Moment user_;
  uint64_t bytes_ = 0;
  Clock::time_point measured_at_{};
  Clock::duration measuring_took_{};
};

}  // namespace weft::timeline
