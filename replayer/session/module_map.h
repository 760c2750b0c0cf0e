/// Which file's code lies where in the replayed program: taken from the log, not from the
/// process, whose own maps name no files (replay maps none).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "replayer/trace/event_view.h"

namespace weft::session {

struct ModuleMapping {
  uint64_t address;
  uint64_t length;       ///< bytes
  uint64_t file_offset;  ///< bytes
  uint64_t file_size;    ///< bytes, when it was recorded
  int64_t modified_ns;   ///< when it was recorded
  std::string path;
};

class ModuleMap {
 public:
  /// From all events of `log` (a span that begins at the log's start and ends at the moment).
  static ModuleMap at_end_of(std::span<const std::byte> log);

  /// Events one after the other, from the log's start.
  void add(const trace::EventView& event);

  /// The file mapped at `address` last, or null.
  const ModuleMapping* find(uint64_t address) const;

  /// "libc.so.6+0x11ba61", or the bare address where no file is mapped. The offset is the one in
  /// the file, as `objdump` and `addr2line` want it for shared libraries.
  std::string describe(uint64_t address) const;

  const std::vector<ModuleMapping>& mappings() const { return mappings_; }

 private:
  std::vector<ModuleMapping> mappings_;  ///< in the order of the log
};

}  // namespace weft::session
