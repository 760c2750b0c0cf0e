/// `weft events`: one line for each event, like strace.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

namespace weft::inspect {

struct EventsOptions {
  std::string path{};
  std::optional<uint32_t> process{};  ///< of several, this one
  uint64_t from = 0;                  ///< index of the first event to show
  uint64_t to = UINT64_MAX;           ///< index of the last one
  std::optional<uint32_t> thread{};   ///< of this thread only
  std::string call{};   ///< only calls, or events of a kind, with this name; empty: all
  bool json = false;    ///< one JSON object on each line
  bool follow = false;  ///< of a recording that is still being written: until it is closed
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
};

/// Prints chunk by chunk, so the first lines of a large trace come at once. Returns the exit
/// status: 0; 2 if the file cannot be opened or nothing has that name; 5 if the trace is damaged or
/// was not closed: then all that is readable has been printed, and a note on `error_out` says so.
int run_events(const EventsOptions& options);

}  // namespace weft::inspect
