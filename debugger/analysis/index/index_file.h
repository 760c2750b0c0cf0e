/// The index file: a model on disk, so that the second look at a trace costs no pass over it.
///
/// It lies beside the trace (NAME.weft.index), or in $XDG_CACHE_HOME/weft (~/.cache/weft) where
/// that directory cannot be written. It is only a shortcut: whatever is wrong with it (another
/// version, another trace, damage, another owner), it is ignored and written anew. Mode 0600, as
/// the trace: it holds texts from it. It takes its name by rename, when it is complete.
///
///   head      magic, version, bytes of a row of each table, UUID and size of the trace, number of
///             events
///   totals    Totals
///   strings   number, then one zstd frame: for each its length (u32) and bytes
///   tables    for each: number of rows, then one zstd frame with the rows
///   CRC-32C of all bytes before
///
/// Rejected: a mapped file without compression. It would open at once, and be fifty times as large
/// as the trace; 10 million events unpack in less than a second.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "debugger/analysis/model/model.h"
#include "weft/base/result.h"

namespace weft::analysis {

/// Changes with every change of what the analysis finds, or of how a row is laid out.
inline constexpr uint32_t kIndexVersion = 12;

/// The trace that an index belongs to.
struct IndexKey {
  std::array<uint8_t, 16> uuid;
  uint64_t file_bytes;
  uint64_t events;
  uint32_t process = 0;  ///< whose log it is about
};

/// Null if there is no index of this trace, or none to be trusted.
std::unique_ptr<Model> read_index(const std::string& trace_path, const IndexKey& key);

/// Best effort: false if it could not be written anywhere.
bool write_index(const std::string& trace_path, const IndexKey& key, const Model& model);

/// Where it lies: first beside the trace, then in the cache. The second one may be empty.
std::array<std::string, 2> index_paths(const std::string& trace_path, const IndexKey& key);

}  // namespace weft::analysis
