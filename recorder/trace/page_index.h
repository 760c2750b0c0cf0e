/// Which pages a trace has already, and where.
///
/// Pages are known by a 128-bit hash of their bytes, with a key of its own for each recording:
/// nobody can make two pages that it takes for one, and chance needs about 2^64 pages for that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::trace {

class PageIndex {
 public:
  PageIndex();

  static constexpr uint64_t kNew = UINT64_MAX;

  /// Where in the log a page (kContentPage bytes) with these bytes came first; kNew if it has not,
  /// then it is at `offset` from now on.
  uint64_t find_or_add(const std::byte* page, uint64_t offset);

 private:
  struct Entry {
    uint64_t hash[2];
    uint64_t offset;
  };
  /// 1 GiB of different pages, 12 MiB of memory; beyond that, new ones are not remembered.
  static constexpr size_t kMaxPages = size_t{1} << 18;

  void grow();

  std::vector<Entry> slots_;  ///< offset kNew: free
  size_t used_ = 0;
  uint64_t key_[4];
};

}  // namespace weft::trace
