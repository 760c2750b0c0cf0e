/// When memory of the program is replaced: by mapping a library, by execve. Breakpoints that lie
/// there, or should be there, are put again then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

namespace weft::process {

class MapEvents {
 public:
  /// Of a whole log.
  explicit MapEvents(std::span<const std::byte> log);

  /// The first moment after event `after` before which one of `addresses` got new memory;
  /// UINT64_MAX: none.
  uint64_t next(uint64_t after, const std::set<uint64_t>& addresses) const;
  /// True if `address` got new memory in events from `from` on, before moment `to`.
  bool replaced(uint64_t address, uint64_t from, uint64_t to) const;

 private:
  struct Change {
    uint64_t moment;  ///< the new memory is there
    uint64_t address;
    uint64_t end;
  };
  size_t first_behind(uint64_t moment) const;

  std::vector<Change> changes_;
};

}  // namespace weft::process
