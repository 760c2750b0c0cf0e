/// The program's private writable memory, from /proc/self/maps: stacks, heaps, data. Read anew for
/// every preemption (some 100 us), because mappings are kept nowhere else in this detail.
#pragma once

#include <cstdint>

namespace weft::runtime {

class WritableMap {
 public:
  struct Range {
    uint64_t begin, end;
  };

  /// Reads the map as it is now.
  void read();
  /// The range that `address` is in, or nullptr.
  const Range* find(uint64_t address) const;
  const Range* begin() const { return ranges_; }
  const Range* end() const { return ranges_ + count_; }

 private:
  void add_line(const char* line, const char* end);

  static constexpr int kMaxRanges = 16 * 1024;
  int count_ = 0;
  Range ranges_[kMaxRanges];  // ascending
};

}  // namespace weft::runtime
