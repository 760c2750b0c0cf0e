/// `weft pack`: keeps the files whose symbols and debug information a recording needs beside it, so
/// that it can be debugged elsewhere, and after the program was built anew.
///
///   server.weft
///   server.weft.symbols/.build-id/ab/cdef...         the program, a library
///   server.weft.symbols/.build-id/ab/cdef....debug   debug information that was in a file of its own
///
/// Files are known by their build IDs, which the trace holds: only what was recorded is kept. A trace
/// of several processes has one folder. Nobody but the user may look into it, as with the trace, and
/// nothing in it can be executed: a copy of a set-uid program is no such program.
#pragma once

#include <cstdio>
#include <string>

#include "replayer/trace/trace_name.h"

namespace weft::pack {

/// Where the files of a trace are, of all its processes: FILE@3 has no folder of its own.
inline std::string symbols_folder(const std::string& trace_path) {
  return trace::parse_trace_name(trace_path).file + ".symbols";
}

struct PackOptions {
  std::string path{};
  /// Where distributions keep debug information.
  std::string system_folder = "/usr/lib/debug";
  std::FILE* out = stdout;
  std::FILE* error_out = stderr;
};

/// Says what it packed, and what it could not. Returns the exit status: 0; 2 if nothing could be
/// packed or the folder cannot be written; 5 if the trace cannot be read.
int run_pack(const PackOptions& options);

}  // namespace weft::pack
