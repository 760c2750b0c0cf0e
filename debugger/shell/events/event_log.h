/// The events of a trace, by index.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "replayer/session/log_window.h"
#include "replayer/trace/event_view.h"
#include "replayer/trace/trace_reader.h"

namespace weft::shell {

class EventLog {
 public:
  /// Waits until the log is decoded.
  EventLog(session::LogWindow& log, const trace::TraceInfo& info);

  uint64_t count() const { return count_; }
  const trace::TraceInfo& info() const { return info_; }
  /// `index` < count().
  trace::EventView at(uint64_t index) const;
  /// All events, or those before `end`.
  std::span<const std::byte> bytes() const { return bytes_; }
  std::span<const std::byte> bytes_before(uint64_t end) const;

  /// The first event in [from, to) for which `wanted` is true; the last one.
  using Predicate = std::function<bool(uint64_t index, const trace::EventView& event)>;
  std::optional<uint64_t> first(uint64_t from, uint64_t to, const Predicate& wanted) const;
  std::optional<uint64_t> last(uint64_t from, uint64_t to, const Predicate& wanted) const;

  /// Seconds since the recording began, of an event.
  double seconds(uint64_t index) const;
  /// The first event at or after that time.
  uint64_t at_seconds(double seconds) const;

 private:
  static constexpr uint64_t kStride = 256;  ///< events between two remembered offsets
  std::span<const std::byte> bytes_;
  trace::TraceInfo info_;
  uint64_t count_ = 0;
  std::vector<uint64_t> offsets_;
  uint64_t offset_of(uint64_t index) const;
};

}  // namespace weft::shell
