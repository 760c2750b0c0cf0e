/// What comes before the chunks of a trace file: is this a trace, of which version, of what?
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "weft/base/result.h"
#include "weft/trace/trace_info.h"

namespace weft::trace {

struct TraceHeader {
  TraceInfo info;
  uint64_t bytes = 0;  ///< where the first chunk starts
};

/// What to do about a file that is no trace.
constexpr const char* kNotATraceHint = "Give a file that `weft record` wrote (NAME.weft)";

/// Copies bytes of the file; false if they cannot be had.
using ReadBytes = std::function<bool(uint64_t offset, void* to, size_t bytes)>;

/// Reads Prelude and InfoBlock of a file of `file_bytes`. Errors (kBadTrace) lack the file's name
/// in front: "is not a weft trace".
Result<TraceHeader> read_header(const ReadBytes& read, uint64_t file_bytes);

}  // namespace weft::trace
