/// Files that are mapped shared, or private from a descriptor that can write: a write() to such a
/// file shows up in memory, and a truncation changes which pages exist. While recording, the calls
/// that do so get these changes as effects.
#pragma once

#include <cstdint>

#include "recorder/runtime/calls/call.h"
#include "weft/trace/event.h"

namespace weft::runtime {

/// The program maps a file, as `record` says (record mode).
void note_shared_mapping(const trace::MapRecord& record);
/// Memory in [begin, end) is mapped anew or not at all.
void forget_shared_mappings(uint64_t begin, uint64_t end);
void forget_all_shared_mappings();

long on_file_write(Call& call);   ///< write, pwrite64, writev, pwritev, pwritev2
long on_file_resize(Call& call);  ///< ftruncate, fallocate

}  // namespace weft::runtime
