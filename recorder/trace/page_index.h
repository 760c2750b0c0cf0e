/// Which pages a trace has already, and where.
///
/// Pages are known by their hash, with a key of its own for each recording.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "recorder/cache/content_hash.h"

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
    cache::ContentHash hash;
    uint64_t offset;
  };
  /// 1 GiB of different pages, 12 MiB of memory; beyond that, new ones are not remembered.
  static constexpr size_t kMaxPages = size_t{1} << 18;

  void grow();

  std::vector<Entry> slots_;  ///< offset kNew: free
  size_t used_ = 0;
  cache::HashKey key_;
};

}  // namespace weft::trace
