/// The processes of a trace, for `weft info`: who made whom, what each ran, and how it ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "replayer/trace/trace_reader.h"
#include "weft/trace/ticks.h"

namespace weft::trace {

struct ProcessRow {
  uint32_t number = 0;
  uint32_t parent = 0;
  int32_t pid = 0;
  uint64_t shared_events = 0;  ///< that its log has together with its parent's
  uint64_t own_events = 0;
  std::string program;  ///< the last one that it executed
  /// Its last event, if that says how it ended: kExit or kKilled.
  std::optional<EventHeader> end;
  /// Else what its parent got from wait: a wait status.
  std::optional<int> wait_status;
};

/// One row for each process, by number. Reads all chunks; what is damaged is left out.
std::vector<ProcessRow> list_processes(TraceReader& reader);

}  // namespace weft::trace
