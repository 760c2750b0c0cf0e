/// When memory of the program is replaced: by mapping a library, by execve. Breakpoints that lie
/// there, or should be there, are put again then.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "replayer/trace/log_stretch.h"
#include "weft/base/address.h"
#include "weft/trace/event_index.h"
#include "weft/trace/thread_number.h"

namespace weft::process {

using trace::EventIndex;
using trace::ThreadNumber;

class MapEvents {
 public:
  /// Gives the stretches of a log that map memory. It may wait for the log to be decoded, so it is
  /// asked only once somebody wants to know. None: nothing is ever mapped.
  using Log = std::function<std::span<const trace::LogStretch>()>;
  explicit MapEvents(Log log) : log_(std::move(log)) {}

  /// The first moment after event `after` before which one of `addresses` got new memory; kNone:
  /// there is none.
  EventIndex next(EventIndex after, const std::set<Address>& addresses) const;
  /// True if `address` got new memory in events from `from` on, before moment `to`.
  bool replaced(Address address, EventIndex from, EventIndex to) const;

 private:
  struct Change {
    EventIndex moment;  ///< the new memory is there
    Address address;
    Address end;
  };
  size_t first_behind(EventIndex moment) const;
  const std::vector<Change>& changes() const;
  static std::vector<Change> changes_in(std::span<const trace::LogStretch> log);

  Log log_;
  mutable std::optional<std::vector<Change>> changes_;
};

}  // namespace weft::process
