/// The file behind the writers of a trace: header, chunks of all processes, index, footer
/// (chunk_format.h).
///
/// Runs in the recorder, on one thread. The file grows by one write for each chunk and is never
/// changed after that, so killing the recorder leaves a file that is readable up to its last
/// whole chunk. When the disk is full, the file is cut back to that point and closed there.
///
/// A chunk may refer to a page in the log of another process. It is in the file before: before an
/// encoder makes such a reference, it asks for it (OtherLogs). So the file can be cut after any
/// chunk, and all that is before can be decoded.
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

/// Where the own part of a process's log begins.
struct LogStart {
  uint64_t first_event = 0;
  uint64_t raw_offset = 0;
};

/// The log of one process that is being written.
struct ProcessLog {
  ProcessLog(uint32_t number, ChunkEncoder::Parts parts, LogStart start);

  uint32_t process;
  uint64_t first_event;  ///< of the chunk in the making
  uint64_t raw_offset;
  ChunkEncoder encoder;
};

class TraceFile : private OtherLogs {
 public:
  /// Makes the file (mode 0600) and writes its header. kRefuse: an existing file is an error;
  /// kAllow: it is emptied, if it is a regular file.
  static Result<std::shared_ptr<TraceFile>> create(const std::string& path, const TraceInfo& info,
                                                   Overwrite overwrite);
  TraceFile(int fd, std::string path, uint64_t tsc_hz);
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;
  /// Closes the descriptor, writes nothing: what was not closed is an unfinished trace.
  ~TraceFile() override;

  void use(cache::ContentCache cache) { shared_.packer.use(std::move(cache)); }

  ProcessLog* begin_log(uint32_t process, LogStart start);
  Status write_process(const ProcessLog& log, const ProcessRecord& record);
  /// Writes what is in the encoder, as a chunk.
  Status flush(ProcessLog& log);
  /// It is written, and nothing more comes.
  void end_log(ProcessLog& log);
  /// Flushes all logs, writes the index and the footer.
  Status close();

  bool writes() const { return !failed_ && !closed_; }
  void stop() { failed_ = true; }
  TraceStats stats() const;

 private:
  Status write_all(const void* data, size_t bytes);
  Status write_header(const TraceInfo& info);
  Status write_index();
  Status cut_back(int error);
  void ensure_written(uint32_t process, uint64_t raw_offset) override;

  int fd_;
  std::string path_;
  uint32_t clock_khz_;
  ChunkEncoder::Shared shared_;
  // By process; encoders are large and don't move.
  std::vector<std::unique_ptr<ProcessLog>> logs_;
  std::vector<std::byte> chunk_;
  std::vector<IndexEntry> index_;
  uint64_t file_bytes_ = 0;  ///< all of it whole
  uint64_t events_ = 0;      ///< in written chunks
  uint64_t raw_bytes_ = 0;   ///< in written chunks
  bool failed_ = false;
  bool closed_ = false;
};

}  // namespace weft::trace
