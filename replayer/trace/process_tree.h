/// The processes of a trace, and which chunks make the log of each (chunk_format.h, "Several
/// processes").
///
/// Filled chunk by chunk in the order of the file, which is checked: a chunk goes on where the one
/// before of the same process ended, and a forked process begins where a chunk of its parent ends.
/// So every log that comes out has no gap, and each of its chunks is in the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "weft/trace/chunk_format.h"
#include "weft/trace/event_index.h"
#include "weft/trace/ticks.h"

namespace weft::trace {

/// One chunk of events.
struct ChunkRef {
  uint64_t number = 0;       ///< 0, 1, ...
  uint64_t file_offset = 0;  ///< of its header
  EventIndex first_event{0};
  uint64_t raw_offset = 0;  ///< of its first event in the decoded log, bytes
  uint32_t event_count = 0;
  uint32_t raw_bytes = 0;      ///< decoded
  uint32_t stored_bytes = 0;   ///< in the file, without its header
  uint32_t content_bytes = 0;  ///< of these, what the contents of mapped files take
  ChunkHeader header{};        ///< as the index or the walk found it

  /// No event of it is older.
  Ticks begins() const { return Ticks(header.base_time * kTimeUnitTicks); }
};

/// One process of a trace. The root is number 0, and its own parent.
struct ProcessEntry {
  uint32_t number = 0;
  uint32_t parent = 0;
  ProcessBegin begin = ProcessBegin::kFresh;
  int32_t pid = 0;            ///< 0: not known
  EventIndex first_event{0};  ///< of its own; a forked one shares those before with its parent
  uint64_t raw_offset = 0;
  std::vector<ChunkRef> chunks;  ///< its own
  uint64_t next_event = 0;       ///< after its last one
  uint64_t next_raw = 0;
};

class ProcessTree {
 public:
  ProcessTree() : processes_(1) {}

  /// Null, or what is wrong with it; then nothing has changed.
  const char* add_process(const ChunkHeader& header, const ProcessRecord& record);
  const char* add_chunk(uint64_t file_offset, const ChunkHeader& header);
  /// Takes the last chunk of events away again.
  void drop_chunk(uint32_t process);

  const std::vector<ProcessEntry>& processes() const { return processes_; }
  bool has(uint32_t process) const { return process < processes_.size(); }
  const ProcessEntry& process(uint32_t number) const { return processes_[number]; }
  /// The chunks of the log of a process, from its first event on.
  std::vector<ChunkRef> log_of(uint32_t process) const;

  /// In the file: each shared one counts once.
  uint64_t stored_events() const { return stored_events_; }
  uint64_t stored_bytes() const { return stored_bytes_; }
  uint64_t chunk_count() const { return chunk_count_; }

 private:
  std::vector<ProcessEntry> processes_;
  uint64_t stored_events_ = 0;
  uint64_t stored_bytes_ = 0;  ///< decoded
  uint64_t chunk_count_ = 0;
};

}  // namespace weft::trace
