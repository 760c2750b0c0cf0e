/// When memory of the program is replaced: by mapping a library, by execve. Breakpoints that lie
/// there, or should be there, are put again then.
#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <vector>

#include "weft/base/address.h"
#include "weft/trace/event_index.h"

namespace weft::process {

using trace::EventIndex;

class MapEvents {
 public:
  /// Of a whole log.
  explicit MapEvents(std::span<const std::byte> log);

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

  std::vector<Change> changes_;
};

}  // namespace weft::process
