/// What `weft info` knows about a trace, and the two ways of saying it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "replayer/inspect/summary/async_counts.h"
#include "replayer/inspect/summary/process_table.h"
#include "replayer/inspect/summary/trace_summary.h"
#include "replayer/trace/process_list.h"
#include "replayer/trace/trace_reader.h"
#include "weft/base/result.h"

namespace weft::inspect {

struct TraceReport {
  const trace::TraceReader& reader;
  TraceSummary summary{};
  uint64_t stored_bytes = 0;      ///< of the chunks
  uint64_t content_bytes = 0;     ///< of these, the contents of mapped files
  uint64_t raw_bytes = 0;         ///< of the events that could be read
  std::optional<Error> damage{};  ///< why not all is readable
  std::optional<AsyncCounts> async{};
  std::vector<trace::ProcessRow> processes{};  ///< of the file; empty if there is only one

  double duration_seconds() const;
  double bytes_per_event() const;
  /// The same without the contents of mapped files, which come once, however long the program runs.
  double bytes_per_event_without_content() const;
  /// Number and count, the most frequent first.
  std::vector<std::pair<uint16_t, uint64_t>> calls_by_count() const;
};

/// "2026-11-22 02:46:42.255 UTC".
std::string utc_text(int64_t wall_ns);
std::string uuid_text(const std::array<uint8_t, 16>& uuid);

/// How the process whose log it is ended: as its log says, or another one's.
trace::ProcessEnd end_of(const TraceReport& report);

/// One page of text, `columns` wide. Nothing in it acts on a terminal.
std::string text_of(const TraceReport& report, const std::string& path, size_t columns);
/// One JSON object.
std::string json_of(const TraceReport& report, const std::string& path);

}  // namespace weft::inspect
