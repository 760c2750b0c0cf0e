/// The decoded log of a trace, as the replayed program reads it: one long array of events in a file
/// without a name, filled from the front by a thread while replay already runs.
///
///   TraceReader ── decoding thread ──pwrite──> log file ◄── mapped read-only ── weft-runtime
///                       └── `available` in every attached ReplayChannel, and a futex wake
///
/// A log that would take more than a quarter of the memory there is lies in a temporary file in
/// $TMPDIR, which the kernel can write out and drop; others in memory (memfd). It is written with
/// pwrite, not through a mapping: a full disk is an error, never a SIGBUS. It is decoded only once.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "replayer/session/log_index.h"
#include "replayer/trace/log_stretch.h"
#include "replayer/trace/trace_reader.h"
#include "weft/base/result.h"
#include "weft/base/unique_fd.h"
#include "weft/channel/replay_channel.h"
#include "weft/trace/ticks.h"

namespace weft::session {

/// What the log says about the recording as a whole.
struct LogSummary {
  uint32_t threads = 0;      ///< that there were
  trace::Ticks last_time{};  ///< 0: no events
};

class LogWindow {
 public:
  /// Makes the file and starts to decode. `reader` must live as long as the window, and is used by
  /// its thread.
  static Result<std::unique_ptr<LogWindow>> open(trace::TraceReader& reader);
  ~LogWindow();
  LogWindow(const LogWindow&) = delete;
  LogWindow& operator=(const LogWindow&) = delete;

  /// A read-only descriptor for one weft-runtime, close-on-exec.
  Result<UniqueFd> open_for_reading() const;

  /// From now on tells `channel` what is available; detach() before the channel goes.
  void attach(channel::ReplayChannel& channel);
  void detach(channel::ReplayChannel& channel);

  uint64_t bytes() const { return bytes_; }
  uint64_t event_count() const { return event_count_; }

  /// Of what could be decoded. Waits until all is.
  LogSummary summary();

  /// Why decoding stopped early, if it did: a damaged chunk, a full disk.
  std::optional<Error> failure() const;

  /// Events up to `end` (a place in the log), for readers in this process. Waits until they are
  /// decoded; shorter than asked for if decoding failed.
  std::span<const std::byte> events_before(uint64_t end);
  /// The first part of them, a chunk at least, as soon as that is decoded.
  std::span<const std::byte> events_so_far();
  /// Nobody has to wait any more.
  bool decoded() const;
  /// Where an event is: event `from` of LogIndex::kStride is at `offset`, and the log from there to
  /// the end of `event` is decoded. Waits for that. Empty: there is no such event.
  struct Near {
    trace::EventIndex from;
    uint64_t offset;
    const std::byte* log;  ///< its first byte
  };
  std::optional<Near> near(trace::EventIndex event);
  /// Of what could be decoded. Waits until all is.
  const LogIndex& index();
  /// Its mappings().
  const std::vector<trace::LogStretch>& mappings();
  /// These bytes will not be read soon: they need not count as memory of this process.
  void release(uint64_t begin, uint64_t end) const;

 private:
  LogWindow(UniqueFd file, trace::TraceReader& reader, Mapping view);

  void decode_all(const std::stop_token& stop);
  void summarize(std::span<const std::byte> events);
  Status write_at(uint64_t offset, std::span<const std::byte> bytes) const;
  enum class Decoding : uint8_t { kGoesOn, kEnded };
  void publish(uint64_t available, Decoding decoding, std::optional<Error> failure = std::nullopt);
  static void tell(channel::ReplayChannel& channel, uint64_t available, bool complete);

  UniqueFd file_;
  trace::TraceReader& reader_;
  Mapping view_;
  uint64_t bytes_;
  uint64_t event_count_;
  LogSummary summary_;                       ///< the thread's, until `complete_`
  LogIndex index_;                           ///< the thread adds to it under mutex_
  std::vector<trace::LogStretch> mappings_;  ///< likewise

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<channel::ReplayChannel*> channels_;
  uint64_t available_ = 0;
  uint64_t available_events_ = 0;
  bool complete_ = false;
  std::optional<Error> failure_;

  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace weft::session
