/// Takes the events of one process out of its ring, and hands them to its log.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "recorder/drain/gathering_watch.h"
#include "recorder/drain/ring_reader.h"
#include "recorder/drain/sleeper_watch.h"
#include "recorder/trace/trace_writer.h"
#include "weft/trace/event.h"

namespace weft::drain {

class ProcessDrain {
 public:
  using Clock = std::chrono::steady_clock;

  ProcessDrain(RingReader ring, trace::TraceWriter writer)
      : ring_(std::move(ring)), writer_(std::move(writer)) {}

  RingReader& ring() { return ring_; }
  trace::TraceWriter& writer() { return writer_; }
  /// Wakes a sleeper, gives a lonely thread its processors back, asks for digests of memory when it
  /// is time. Returns after how long it wants to look again.
  std::chrono::microseconds look_after_threads() {
    gathering_watch_.look_after(ring_.channel());
    ask_for_memory(Clock::now());
    return sleeper_watch_.look(ring_.channel());
  }

  /// Appends some of what waits, `most` bytes of the ring at most, and gives their space back. True
  /// if there was something. An error ends the recording: of this process if damaged(), else of all.
  Result<bool> take_some(uint64_t most);
  /// The same, but what waits is dropped.
  void drop_all();
  bool damaged() const { return damaged_; }

  /// Writes what has been waiting for too long.
  Status flush_old_data();
  /// Nothing was appended since, or it is in the file.
  void note_flushed() { unflushed_ = false; }

  /// Writes down how the process ended, where the runtime could not. `wait_status` as from waitpid,
  /// if anybody knows it; else `unknown` says that nobody does.
  Status note_end(std::optional<int> wait_status, const std::string& unknown);

  Clock::time_point last_data() const { return last_data_; }

 private:
  void ask_for_memory(Clock::time_point now);
  Status append(std::span<const std::byte> events);
  Status append_own(trace::EventKind kind, int64_t result, const std::string& text);

  RingReader ring_;
  trace::TraceWriter writer_;
  SleeperWatch sleeper_watch_;
  GatheringWatch gathering_watch_;
  trace::EventHeader last_event_{};
  bool damaged_ = false;
  bool unflushed_ = false;
  Clock::time_point last_data_{};
  Clock::time_point first_unflushed_{};
  Clock::time_point next_memory_{};
};

}  // namespace weft::drain
