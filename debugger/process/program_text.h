/// The program's own code where weft has changed it in memory: system calls and questions to the
/// processor are jumps to weft's stubs there. A user who looks at the code wants to see the
/// original.
///
/// The trace holds what files the program mapped, as they were.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "replayer/trace/log_stretch.h"
#include "weft/base/address.h"
#include "weft/trace/event_index.h"

namespace weft::process {

class ProgramText {
 public:
  /// A jump that weft puts into the program: e9, distance.
  static constexpr size_t kJumpBytes = 5;

  /// Of the stretches of a log that map memory; it outlives this.
  explicit ProgramText(std::span<const trace::LogStretch> log);

  /// `bytes` were read at `address` at that moment: those that weft has changed become what they
  /// were. A jump is recognised if it is in `bytes` as a whole.
  void restore(trace::EventIndex moment, Address address, std::span<std::byte> bytes) const;

 private:
  using FileId = std::pair<uint64_t, uint64_t>;                    // device, inode
  using Content = std::map<uint64_t, std::span<const std::byte>>;  // by offset
  struct Mapping {
    trace::EventIndex from;
    Address address, end;
    uint64_t offset;
    FileId file;
  };
  const Mapping* mapping_at(trace::EventIndex moment, Address address) const;
  const std::byte* original(const Mapping& mapping, Address address) const;
  void add_content(FileId file, uint64_t offset, std::span<const std::byte> bytes);

  std::vector<Mapping> mappings_;  ///< of executable code, in the order of time
  std::map<FileId, Content> content_;
};

}  // namespace weft::process
