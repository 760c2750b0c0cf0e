/// The processes of a trace, for `weft info`: who made whom, what each ran, and how it ended.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replayer/trace/process_end.h"
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
  Ticks last_time{};    ///< of its last event
  ProcessEnd end;       ///< as its own log says, else what another process was told of it
};

/// One row for each process, by number. Reads all chunks; what is damaged is left out.
std::vector<ProcessRow> list_processes(TraceReader& reader);

}  // namespace weft::trace
