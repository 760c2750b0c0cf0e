/// The program's shared file mappings in replay: each file is a memfd, so that all mappings of it
/// see each other's writes, and no other process does.
#pragma once

#include <cstdint>

#include "weft/trace/event.h"

namespace weft::runtime {

/// True if the file of `record` has been mapped shared.
bool is_shared_file(const trace::MapRecord& record);
/// The memfd that stands for the file of `record`, at least `bytes` long.
int shared_file(const trace::MapRecord& record, uint64_t bytes);

/// Memory that the files take up.
uint64_t shared_memory_bytes();

/// In a copy of a process: copies the files, and maps the copies in place of the originals.
void own_shared_memory();

}  // namespace weft::runtime
