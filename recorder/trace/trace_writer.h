/// Writes a trace file: header, chunks, index, footer (chunk_format.h).
///
/// Runs in the recorder, on one thread. The file grows by one write for each chunk and is never
/// changed after that, so killing the recorder leaves a file that is readable up to its last
/// whole chunk. When the disk is full, the file is cut back to that point and closed there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "recorder/trace/chunk_encoder.h"
#include "weft/base/result.h"
#include "weft/trace/trace_info.h"

namespace weft::trace {

enum class Overwrite { kRefuse, kAllow };

struct TraceStats {
  uint64_t events = 0;
  uint64_t raw_bytes = 0;   ///< as the events lie in memory
  uint64_t file_bytes = 0;  ///< written so far
};

class TraceWriter {
 public:
  /// Makes the file (mode 0600) and writes its header. kRefuse: an existing file is an error;
  /// kAllow: it is emptied, if it is a regular file.
  static Result<TraceWriter> create(const std::string& path, const TraceInfo& info,
                                    Overwrite overwrite);

  TraceWriter(TraceWriter&& other) noexcept;
  TraceWriter& operator=(TraceWriter&&) = delete;
  /// Closes the descriptor, writes nothing: what was not closed is an unfinished trace.
  ~TraceWriter();

  /// Contents of mapped files that earlier recordings compressed are copied from `cache`, and new
  /// ones kept there. The trace is the same.
  void use(cache::ContentCache cache) { encoder_->use(std::move(cache)); }

  /// Takes whole events, one after the other, as event.h draws them. An error means that the trace
  /// ends before the event that failed (malformed) or at its last whole chunk (disk full): nothing
  /// more is taken.
  Status append(const std::byte* events, size_t bytes);

  /// Writes what has been taken so far, so that it can be read even if the recorder is killed now.
  Status flush();

  /// Writes the last chunk, the index and the footer.
  Status close();

  TraceStats stats() const;

 private:
  TraceWriter(int fd, std::string path, uint64_t tsc_hz);

  Status write_all(const void* data, size_t bytes);
  Status write_header(const TraceInfo& info);
  Status write_chunk();
  Status write_index();
  Status cut_back(int error);
  Status refuse(const char* fault);

  int fd_;
  std::string path_;
  // The encoder is large and doesn't move.
  std::unique_ptr<ChunkEncoder> encoder_;
  std::vector<std::byte> chunk_;
  std::vector<IndexEntry> index_;
  uint64_t file_bytes_ = 0;  ///< all of it whole
  uint64_t events_ = 0;      ///< in written chunks
  uint64_t raw_bytes_ = 0;   ///< in written chunks
  bool failed_ = false;
  bool closed_ = false;
};

}  // namespace weft::trace
