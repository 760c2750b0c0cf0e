/// The recorder's end of the shared-memory ring (protocol: weft/channel/record_channel.h).
#pragma once

#include <chrono>
#include <cstddef>
#include <span>

#include "weft/base/result.h"
#include "weft/base/unique_fd.h"
#include "weft/channel/record_channel.h"

namespace weft::drain {

/// Bytes of the memfd behind a channel.
inline constexpr size_t kChannelBytes = channel::kHeaderBytes + channel::kRingBytes;

/// Are children recorded, with channels of their own in the same file?
enum class Children : uint8_t { kNotRecorded, kRecorded };
/// A new channel, filled in but for `recorder_pid` and `slice_us`; the descriptor is close-on-exec.
Result<UniqueFd> create_channel(Children children = Children::kNotRecorded);

/// Reads whole events from the ring and gives the space back. One reader a channel.
class RingReader {
 public:
  /// Maps the channel, with the ring twice in a row, so that what waits is always contiguous.
  static Result<RingReader> map(int channel_fd);
  /// The same for the channel of a child.
  static Result<RingReader> map_slot(int channel_fd, uint32_t slot);

  channel::RecordChannel& channel() const { return *mapping_.as<channel::RecordChannel>(); }

  /// What waits, whole events only. Valid until consume(). Empty if nothing does, or if the program
  /// has written nonsense over the channel (then damaged() is true).
  std::span<const std::byte> waiting();

  /// Gives the first `bytes` of waiting() back to the runtime and wakes it if it sleeps.
  void consume(size_t bytes);

  /// Bytes of events that were taken so far.
  uint64_t taken() const { return channel().tail.load(std::memory_order_relaxed); }

  /// Counts the calls that somebody made to wake this reader.
  uint32_t wake_count() const;

  /// Sleeps until the runtime says that much waits, somebody calls wake_recorder(), or `timeout` is
  /// over. Returns at once if wake_count() is not `seen` any more: what was looked at after it was
  /// read cannot have changed unnoticed.
  void sleep(uint32_t seen, std::chrono::microseconds timeout);

  /// Ends recording: the runtime writes no more and the program goes on.
  void stop_recording();

  bool damaged() const { return damaged_; }

 private:
  RingReader(Mapping mapping, uint64_t ring_bytes)
      : mapping_(std::move(mapping)), ring_bytes_(ring_bytes) {}
  static Result<RingReader> map_at(int channel_fd, uint64_t offset, uint64_t ring_bytes);

  Mapping mapping_;
  uint64_t ring_bytes_;
  bool damaged_ = false;
};

/// Wakes the recorder, wherever it sleeps: called by the launcher when the program has ended.
void wake_recorder(channel::RecordChannel& channel);

}  // namespace weft::drain
