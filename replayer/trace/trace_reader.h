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
#include "weft/base/result.h"
#include "weft/trace/event_index.h"
#include "weft/trace/ticks.h"
#include "weft/trace/trace_info.h"

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

class TraceReader {
 public:
  static Result<TraceReader> open(const std::string& path);

  TraceReader(TraceReader&& other) noexcept;
  TraceReader& operator=(TraceReader&&) = delete;
  ~TraceReader();

  const TraceInfo& info() const { return info_; }
  /// The recorder closed it: footer and index are there and agree.
  bool complete() const { return complete_; }
  const std::vector<ChunkRef>& chunks() const { return chunks_; }
  uint64_t total_events() const { return total_events_; }
  uint64_t total_raw_bytes() const { return total_raw_bytes_; }
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
  bool add_chunk(uint64_t file_offset, const ChunkHeader& header);
  const char* read_stored(const ChunkRef& chunk, std::vector<std::byte>& stored) const;
  Error bad(std::string what, std::string hint) const;

  int fd_;
  std::string path_;
  TraceInfo info_;
  uint64_t file_bytes_ = 0;
  uint64_t chunks_start_ = 0;
  std::vector<ChunkRef> chunks_;
  uint64_t total_events_ = 0;
  uint64_t total_raw_bytes_ = 0;
  bool complete_ = false;
  std::optional<std::string> tail_damage_;
  std::vector<std::byte> stored_;
  std::unique_ptr<ChunkDecoder> decoder_;
  std::unique_ptr<EarlierChunks> earlier_;
};

}  // namespace weft::trace
