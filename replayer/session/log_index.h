/// Where what lies in a decoded log: made while it is decoded, when the events are in the
/// processor's cache anyway.
///
///   offsets    of every 256th event: to find an event by its index
///   mappings   the stretches with events that map memory: a handful, however long the log is. Each
///              begins with a map, exec or file event, and goes on to the first event that is about
///              something else, which is in it: the call that is over then
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "weft/trace/event_index.h"

namespace weft::session {

class LogIndex {
 public:
  static constexpr uint64_t kStride = 256;  ///< events between two offsets

  /// The next events of the log, whole ones.
  void add(std::span<const std::byte> events);

  const std::vector<uint64_t>& offsets() const { return offsets_; }
  uint64_t event_count() const { return count_; }

  struct Range {
    trace::EventIndex first;
    uint64_t begin, end;  ///< bytes
  };
  const std::vector<Range>& mappings() const { return mappings_; }

 private:
  std::vector<uint64_t> offsets_;
  std::vector<Range> mappings_;
  bool in_mapping_ = false;
  uint64_t count_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace weft::session
