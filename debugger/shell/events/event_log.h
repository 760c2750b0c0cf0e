/// The events of a trace, by index.
///
/// A long log takes seconds to decode. Questions about its beginning are answered as soon as that is
/// there; all others wait. What was walked through counts no longer as memory of this process.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "replayer/session/log_window.h"
#include "replayer/trace/event_view.h"
#include "replayer/trace/trace_reader.h"

namespace weft::shell {

using trace::EventIndex;

class EventLog {
 public:
  /// Does not wait. The log outlives this.
  EventLog(session::LogWindow& log, const trace::TraceInfo& info) : log_(log), info_(info) {}

  /// As the trace's index has it; fewer, once decoding has found a damaged chunk.
  uint64_t count() const;
  /// The moment at the end.
  EventIndex end() const { return EventIndex(count()); }
  /// The first moment at which the program's own code has run: before it the program is put into
  /// memory, which is nobody's doing.
  EventIndex start() const;
  /// The event with which a signal ended the program; empty: none did.
  std::optional<EventIndex> killed() const;
  const trace::TraceInfo& info() const { return info_; }
  /// `index` < end().
  trace::EventView at(EventIndex index) const;
  /// All events before `end`.
  std::span<const std::byte> bytes_before(EventIndex end) const;
  /// The stretches that map memory.
  std::span<const trace::LogStretch> mappings() const { return log_.mappings(); }

  /// The first event in [from, to) for which `wanted` is true; the last one.
  using Predicate = std::function<bool(EventIndex index, const trace::EventView& event)>;
  std::optional<EventIndex> first(EventIndex from, EventIndex to, const Predicate& wanted) const;
  std::optional<EventIndex> last(EventIndex from, EventIndex to, const Predicate& wanted) const;

  /// Seconds since the recording began, of an event.
  double seconds(EventIndex index) const;
  /// The first event at or after that time.
  EventIndex at_seconds(double seconds) const;

 private:
  static constexpr uint64_t kStride = session::LogIndex::kStride;
  std::span<const std::byte> bytes() const { return log_.events_before(log_.bytes()); }
  uint64_t offset_of(EventIndex index) const;
  void release_before(uint64_t offset, uint64_t& kept_from) const;

  session::LogWindow& log_;
  trace::TraceInfo info_;
  mutable std::optional<EventIndex> start_;
  mutable std::optional<uint64_t> count_;  ///< once all is decoded
};

}  // namespace weft::shell
