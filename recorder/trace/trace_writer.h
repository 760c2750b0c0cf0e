/// Writes the log of one process into a trace file (trace_file.h). Most traces have one process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "recorder/trace/trace_file.h"
#include "weft/base/result.h"
#include "weft/trace/trace_info.h"

namespace weft::trace {

class TraceWriter {
 public:
  /// Makes the file, for the root's log. Errors and `overwrite`: see TraceFile::create.
  static Result<TraceWriter> create(const std::string& path, const TraceInfo& info,
                                    Overwrite overwrite);

  /// Ends the chunk here, so that the log of a forked process may begin with this much of this one.
  Result<LogStart> cut();
  /// A writer for another process of the same file. `number` is one more than the last one's;
  /// `start` is what cut() of its parent's writer gave, or nothing.
  Result<TraceWriter> begin_process(uint32_t number, const ProcessRecord& record, LogStart start);

  TraceWriter(TraceWriter&& other) noexcept = default;
  TraceWriter& operator=(TraceWriter&&) = delete;

  /// Contents of mapped files that earlier recordings compressed are copied from `cache`, and new
  /// ones kept there. The trace is the same.
  void use(cache::ContentCache cache) { file_->use(std::move(cache)); }

  /// Takes whole events, one after the other, as event.h draws them. An error means that the trace
  /// ends before the event that failed (malformed) or at its last whole chunk (disk full): nothing
  /// more is taken.
  Status append(const std::byte* events, size_t bytes);

  /// Writes what has been taken so far, so that it can be read even if the recorder is killed now.
  Status flush();

  /// Nothing more comes from this process, which is not the root.
  Status end_process();

  /// Writes the last chunks of all processes, the index and the footer.
  Status close();

  /// Of all processes.
  TraceStats stats() const { return file_->stats(); }
  uint32_t process() const { return log_->process; }
  /// Index of the event that comes next in this log.
  uint64_t next_event() const { return log_->first_event + log_->encoder.event_count(); }

 private:
  TraceWriter(std::shared_ptr<TraceFile> file, ProcessLog* log)
      : file_(std::move(file)), log_(log) {}

  Status refuse(const char* fault);

  std::shared_ptr<TraceFile> file_;
  ProcessLog* log_;  ///< the file's
};

}  // namespace weft::trace
