/// The events of a trace, by index.
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
  /// Waits until the log is decoded.
  EventLog(session::LogWindow& log, const trace::TraceInfo& info);

  uint64_t count() const { return count_; }
  /// The moment at the end.
  EventIndex end() const { return EventIndex(count_); }
  /// The first moment at which the program's own code has run: before it the program is put into
  /// memory, which is nobody's doing.
  EventIndex start() const;
  /// The event with which a signal ended the program; empty: none did.
  std::optional<EventIndex> killed() const;
  const trace::TraceInfo& info() const { return info_; }
  /// `index` < end().
  trace::EventView at(EventIndex index) const;
  /// All events, or those before `end`.
  std::span<const std::byte> bytes() const { return bytes_; }
  std::span<const std::byte> bytes_before(EventIndex end) const;

  /// The first event in [from, to) for which `wanted` is true; the last one.
  using Predicate = std::function<bool(EventIndex index, const trace::EventView& event)>;
  std::optional<EventIndex> first(EventIndex from, EventIndex to, const Predicate& wanted) const;
  std::optional<EventIndex> last(EventIndex from, EventIndex to, const Predicate& wanted) const;

  /// Seconds since the recording began, of an event.
  double seconds(EventIndex index) const;
  /// The first event at or after that time.
  EventIndex at_seconds(double seconds) const;

 private:
  static constexpr uint64_t kStride = 256;  ///< events between two remembered offsets
  std::span<const std::byte> bytes_;
  trace::TraceInfo info_;
  uint64_t count_ = 0;
  std::vector<uint64_t> offsets_;
  uint64_t offset_of(EventIndex index) const;
};

}  // namespace weft::shell
