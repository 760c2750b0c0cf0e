/// Opens a trace file and decodes its chunks.
///
/// Nothing in the file is trusted: every length is checked before it is used, every byte lies under
/// a checksum, and what decode() hands out is well-formed as event.h draws it (event_check.h), so
/// that callers may take it apart without checks of their own. The file is read with pread, not
/// mapped: a file that shrinks while it is read gives an error, not a SIGBUS.
///
/// A trace that was closed has an index. Without one (the recorder was killed, the end is cut or
/// damaged) open() walks over the chunks, verifies them, and takes all up to the first bad one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "replayer/trace/chunk_decoder.h"
#include "replayer/trace/earlier_chunks.h"
#include "replayer/trace/process_tree.h"
#include "weft/base/result.h"
#include "weft/trace/event_index.h"
#include "weft/trace/ticks.h"
#include "weft/trace/trace_info.h"

namespace weft::trace {

/// A reader shows the log of one process. "FILE@3" names process 3 of FILE (trace_name.h).
class TraceReader {
 public:
  static Result<TraceReader> open(const std::string& path);

  TraceReader(TraceReader&& other) noexcept;
  TraceReader& operator=(TraceReader&&) = delete;
  ~TraceReader();

  const TraceInfo& info() const { return info_; }
  /// The recorder closed it: footer and index are there and agree.
  bool complete() const { return complete_; }
  /// Of the process's log, from its beginning: a forked process's is its parent's up to the fork.
  const std::vector<ChunkRef>& chunks() const { return chunks_; }
  uint64_t total_events() const;
  uint64_t total_raw_bytes() const;
  /// All processes of the file, and the one whose log this is.
  const ProcessTree& tree() const { return tree_; }
  uint32_t process() const { return process_; }
  uint64_t file_bytes() const { return file_bytes_; }

  /// What is wrong after the last of chunks(), if something is: one line for the user, e.g. "chunk
  /// 17 is cut; the 123456 events before it are readable". Always absent if complete().
  const std::optional<std::string>& tail_damage() const { return tail_damage_; }

  /// The events of a chunk. An error (kBadTrace) says which chunk and how much is readable.
  /// One thread at a time.
  Result<std::vector<std::byte>> decode(const ChunkRef& chunk);
  /// The same into memory of the caller's, chunk.raw_bytes long.
  Status decode(const ChunkRef& chunk, std::span<std::byte> events);

 private:
  friend class EarlierChunks;

  TraceReader(int fd, std::string path);

  std::optional<Error> read_file_size();
  bool read_index();
  void walk_chunks();
  bool read_at(uint64_t offset, void* to, size_t bytes) const;
  const char* add_chunk(uint64_t file_offset, const ChunkHeader& header);
  const char* add_process(uint64_t file_offset, const ChunkHeader& header);
  const char* read_stored(const ChunkRef& chunk, std::vector<std::byte>& stored) const;
  Error bad(std::string what, std::string hint) const;

  int fd_;
  std::string path_;
  TraceInfo info_;
  uint64_t file_bytes_ = 0;
  uint64_t chunks_start_ = 0;
  ProcessTree tree_;
  uint32_t process_ = 0;
  std::vector<ChunkRef> chunks_;
  bool complete_ = false;
  std::optional<std::string> tail_damage_;
  std::vector<std::byte> stored_;
  std::unique_ptr<ChunkDecoder> decoder_;
  std::unique_ptr<EarlierChunks> earlier_;
};

}  // namespace weft::trace
