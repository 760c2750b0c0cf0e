/// The program's writable memory, from /proc/self/maps: stacks, heaps, data, what it shares, code
/// that it generates. Read anew for every preemption (some 100 us), because mappings are kept
/// nowhere else in this detail.
#pragma once

#include <cstdint>

namespace weft::runtime {

class WritableMap {
 public:
  struct Range {
    uint64_t begin, end;
    bool shared;
  };

  /// Reads the map as it is now. False if that is not possible, or there are too many ranges.
  bool read();
  /// The range that `address` is in, or nullptr.
  const Range* find(uint64_t address) const;
  const Range* begin() const { return ranges_; }
  const Range* end() const { return ranges_ + count_; }

 private:
  void add_line(const char* line, const char* end);

  static constexpr int kMaxRanges = 64 * 1024;  // as the kernel allows, unless told otherwise
  int count_ = 0;
  bool complete_ = false;
  Range ranges_[kMaxRanges];  // ascending
};

}  // namespace weft::runtime
