/// Lines of /proc/self/maps that name a given file.
#pragma once

#include <cstdint>

namespace weft::runtime {

struct MapLine {
  uint64_t begin, end;
  uint64_t offset, inode;  ///< in the file, of the file
  uint32_t protection;     ///< PROT_*
  bool shared;
};

class MapLines {
 public:
  /// Reads the lines whose path begins with `path`, as the map is now; aborts if there are more
  /// than fit.
  void read(const char* path);
  const MapLine* begin() const { return lines_; }
  const MapLine* end() const { return lines_ + count_; }

 private:
  void add(const char* line, const char* end, const char* path);

  static constexpr int kMost = 128 * 1024;  // the kernel allows half of it, unless told otherwise
  int count_ = 0;
  MapLine lines_[kMost];
};

MapLines& map_lines();

}  // namespace weft::runtime
